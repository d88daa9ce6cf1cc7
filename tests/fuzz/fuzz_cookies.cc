// SPDX-License-Identifier: Apache-2.0
// Cookie headers, and cookies made of anything: what is written has no line break and no second attribute.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "platform/http/cookies.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (boutique::http::ParseCookies(text).size() > 64) std::abort();
  boutique::http::CookieOf(text, "shop_session-id");
  boutique::http::SetCookie cookie;
  cookie.name = "shop_currency";
  cookie.value = text;
  const std::string header = cookie.Header();
  if (header.find_first_of("\r\n") != std::string::npos) std::abort();
  cookie.value.clear();
  const std::string empty = cookie.Header();
  if (std::count(header.begin(), header.end(), ';') != std::count(empty.begin(), empty.end(), ';')) std::abort();
  return 0;
}
