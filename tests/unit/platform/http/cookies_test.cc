// SPDX-License-Identifier: Apache-2.0
#include "platform/http/cookies.h"

#include "absl/strings/str_cat.h"
#include "support/catch.h"

namespace boutique::http {
namespace {

TEST_CASE("cookies are found by name", "[http]") {
  const std::string header = "shop_session-id=abc; shop_currency=EUR;theme=\"dark\" ; last=";
  CHECK(*CookieOf(header, "shop_session-id") == "abc");
  CHECK(*CookieOf(header, "shop_currency") == "EUR");
  CHECK(*CookieOf(header, "theme") == "dark");
  CHECK(CookieOf(header, "last")->empty());
  CHECK_FALSE(CookieOf(header, "SHOP_CURRENCY").has_value());
  CHECK_FALSE(CookieOf("", "a").has_value());
}

TEST_CASE("malformed cookies are left out", "[http]") {
  const auto cookies = ParseCookies("=x; a b=1; ok=2; c=1,2; d=\x01; e; ;;; f=\"; g=h\"");
  REQUIRE(cookies.size() == 1);
  CHECK(cookies[0].first == "ok");
}

TEST_CASE("at most 64 cookies are read", "[http]") {
  std::string header;
  for (int i = 0; i < 200; ++i) absl::StrAppend(&header, "c", i, "=1; ");
  CHECK(ParseCookies(header).size() == 64);
}

TEST_CASE("a cookie is set with its attributes", "[http]") {
  SetCookie cookie{.name = "shop_session-id", .value = "abc", .path = "/shop", .max_age = std::chrono::hours(48)};
  CHECK(cookie.Header() == "shop_session-id=abc; Path=/shop; Max-Age=172800; HttpOnly; SameSite=Lax");
  cookie.secure = true;
  cookie.http_only = false;
  CHECK(cookie.Header() == "shop_session-id=abc; Path=/shop; Max-Age=172800; Secure; SameSite=Lax");
}

TEST_CASE("a cookie's value cannot add an attribute or a header", "[http]") {
  const SetCookie cookie{
      .name = "a=b", .value = "x; Domain=evil\r\nSet-Cookie: y=1", .path = "/;\n", .max_age = std::chrono::seconds(1)};
  CHECK(cookie.Header() == "ab=xDomain=evilSet-Cookie:y=1; Path=/; Max-Age=1; HttpOnly; SameSite=Lax");
}

TEST_CASE("a removed cookie has expired", "[http]") {
  const SetCookie cookie{.name = "a", .value = ""};
  CHECK(cookie.Header() == "a=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax");
}

}  // namespace
}  // namespace boutique::http
