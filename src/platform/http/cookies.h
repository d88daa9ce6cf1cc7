// SPDX-License-Identifier: Apache-2.0
// Cookies in requests and responses (RFC 6265). Pure functions and values; safe from any thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace boutique::http {

// The names and values of a Cookie header, in its order; at most 64, the malformed left out. Views into `header`.
std::vector<std::pair<absl::string_view, absl::string_view>> ParseCookies(absl::string_view header);

// The value of the first cookie of this name; nothing if there is none.
std::optional<absl::string_view> CookieOf(absl::string_view header, absl::string_view name);

struct SetCookie {
  std::string name;   // a token
  std::string value;  // no spaces, commas, semicolons, quotes, backslashes or control characters
  std::string path = "/";
  std::chrono::seconds max_age{0};  // 0 removes the cookie
  bool http_only = true;
  bool secure = false;
  std::string same_site = "Lax";  // or "Strict"

  // The Set-Cookie header's value. What must not be in a name, value or path is left out.
  std::string Header() const;
};

}  // namespace boutique::http
