// SPDX-License-Identifier: Apache-2.0
// An answer that is a header alone, without Content-Length: RESTinio's own builders always write one.
// Threads: the connection's I/O thread.
#pragma once

#include <utility>

#include "platform/http/restinio_traits.h"

namespace boutique::http::internal {

// Names the builder below: request->create_response<HeaderOnly>(…).
struct HeaderOnly {};

}  // namespace boutique::http::internal

namespace restinio {

template <>
class response_builder_t<boutique::http::internal::HeaderOnly> final
    : public base_response_builder_t<response_builder_t<boutique::http::internal::HeaderOnly>> {
 public:
  using Base = base_response_builder_t<response_builder_t<boutique::http::internal::HeaderOnly>>;
  using Base::Base;

  // Sends it; once.
  void done(write_status_cb_t written) {
    writable_items_container_t parts;
    parts.emplace_back(
        impl::create_header_string(m_header, impl::content_length_field_presence_t::skip_content_length));
    write_group_t group(std::move(parts));
    group.status_line_size(calculate_status_line_size());
    group.after_write_notificator(std::move(written));
    const auto connection = std::move(m_connection);
    connection->write_response_parts(
        m_request_id,
        response_output_flags_t(response_parts_attr_t::final_parts,
                                response_connection_attr(m_header.should_keep_alive())),
        std::move(group));
  }
};

}  // namespace restinio
