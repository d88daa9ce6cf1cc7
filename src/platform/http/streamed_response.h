// SPDX-License-Identifier: Apache-2.0
// An answer whose body comes piece by piece: in chunks, or, for a client that closes after it and may know none, until
// the end of the connection.
// Threads: the connection's I/O thread.
#pragma once

#include <string>
#include <utility>

#include "platform/http/restinio_traits.h"

namespace boutique::http::internal {

// Names the builder below: request->create_response<Streamed>(…).
struct Streamed {};

}  // namespace boutique::http::internal

namespace restinio {

template <>
class response_builder_t<boutique::http::internal::Streamed> final
    : public base_response_builder_t<response_builder_t<boutique::http::internal::Streamed>> {
 public:
  using Base = base_response_builder_t<response_builder_t<boutique::http::internal::Streamed>>;
  using Base::Base;
  response_builder_t(response_builder_t&&) = default;

  // Sends the head; first.
  void Begin() {
    in_chunks_ = m_header.should_keep_alive();
    if (in_chunks_) m_header.append_field("Transfer-Encoding", "chunked");
    Push(impl::create_header_string(m_header, impl::content_length_field_presence_t::skip_content_length), {},
         calculate_status_line_size());
  }
  // Sends a piece, which is not empty. `written` is called once, with an error if it was not taken.
  void Send(std::string bytes, write_status_cb_t written) {
    if (in_chunks_) bytes = fmt::format("{:X}\r\n", bytes.size()) + bytes + "\r\n";
    Push(std::move(bytes), std::move(written), 0);
  }
  // Sends the end; last. The connection is closed after it if `close` says so or the head did.
  void End(bool close, write_status_cb_t written) {
    close = close || !in_chunks_;
    write_group_t group(writable_items_container_t{});
    if (in_chunks_) group = GroupOf("0\r\n\r\n");
    group.after_write_notificator(std::move(written));
    m_connection->write_response_parts(
        m_request_id, response_output_flags_t(response_parts_attr_t::final_parts, response_connection_attr(!close)),
        std::move(group));
    m_connection.reset();
  }

 private:
  static write_group_t GroupOf(std::string bytes) {
    writable_items_container_t parts;
    parts.emplace_back(std::move(bytes));
    return write_group_t(std::move(parts));
  }
  void Push(std::string bytes, write_status_cb_t written, std::size_t status_line_size) {
    write_group_t group = GroupOf(std::move(bytes));
    group.status_line_size(status_line_size);
    if (written) group.after_write_notificator(std::move(written));
    m_connection->write_response_parts(
        m_request_id,
        response_output_flags_t(response_parts_attr_t::not_final_parts, response_connection_attr(in_chunks_)),
        std::move(group));
  }

  bool in_chunks_ = true;
};

}  // namespace restinio
