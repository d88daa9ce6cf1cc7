// SPDX-License-Identifier: Apache-2.0
// What a shopper sees when a request failed. Implemented by the pages; called from any thread, must not block.
#pragma once

#include <string>
#include <vector>

#include "platform/http/message.h"

namespace boutique::gateway {

struct ErrorView {
  int status = 500;
  std::string request_id;
  std::string session_hash;      // empty if there is no session
  std::string csrf;              // empty if there is no session: then show no form
  std::string path;              // the request's, still encoded
  std::string route;             // the pattern that matched; empty if none
  std::vector<std::string> reasons;  // 422: sentences about the input; safe to show
  int retry_after = 0;           // 503 and 429: seconds, 0 if unknown; the header is set by the gateway
  std::string back_path;         // a second way on, without base URL; empty for none
  std::string back_label;
};

class ErrorPage {
 public:
  virtual ~ErrorPage() = default;
  // The page's body and content type; the gateway adds status, security headers and cookies.
  virtual http::Response Render(const ErrorView& view) const = 0;
};

}  // namespace boutique::gateway
