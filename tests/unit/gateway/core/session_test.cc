// SPDX-License-Identifier: Apache-2.0
#include "gateway/session.h"

#include "platform/base/ids.h"
#include "support/catch.h"

namespace boutique::gateway {
namespace {

constexpr char kId[] = "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d";

http::Request With(std::vector<http::Header> headers) {
  http::Request request;
  request.headers = std::move(headers);
  return request;
}

TEST_CASE("a visitor without a session gets one that cannot be guessed", "[gateway][D19]") {
  const Session first = SessionOf(http::Request(), {});
  const Session second = SessionOf(http::Request(), {});
  CHECK(first.is_new);
  CHECK(base::IsUuidV4(first.id));
  CHECK(first.id != second.id);
}

TEST_CASE("a session is kept by its cookie", "[gateway]") {
  const Session session = SessionOf(With({{"Cookie", std::string("a=1; shop_session-id=") + kId}}), {});
  CHECK(session.id == kId);
  CHECK_FALSE(session.is_new);
}

TEST_CASE("a session of another shape is replaced", "[gateway][D19]") {
  for (const char* id : {"", "x-readiness-probe", "12345678-1234-1234-1234-123456789123", "1; DROP TABLE carts",
                         "0B1C2D3E-4F50-4A6B-8C7D-9E0F1A2B3C4D", "0b1c2d3e-4f50-1a6b-8c7d-9e0f1a2b3c4d"}) {
    INFO(id);
    const Session session = SessionOf(With({{"Cookie", std::string("shop_session-id=") + id}}), {});
    CHECK(session.is_new);
    CHECK(session.id != id);
  }
}

TEST_CASE("of two cookies of the name the one of the right shape counts", "[gateway][D19]") {
  const auto request = With({{"Cookie", std::string("shop_session-id=old-id; shop_session-id=") + kId}});
  CHECK(SessionOf(request, {}).id == kId);
}

TEST_CASE("all visitors may share one session", "[gateway]") {
  SessionRules rules;
  rules.shared = true;
  CHECK(SessionOf(http::Request(), rules).id == kSharedSession);
  const auto request = With({{"Cookie", "shop_session-id=12345678-1234-1234-1234-123456789123"}});
  CHECK_FALSE(SessionOf(request, rules).is_new);
}

TEST_CASE("a script names its session as bearer", "[gateway]") {
  const std::string cookie = "shop_session-id=5f1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d";
  CHECK(ApiSessionOf(With({{"Authorization", std::string("Bearer ") + kId}, {"Cookie", cookie}}), {}).id == kId);
  CHECK(ApiSessionOf(With({{"Authorization", "Basic dXNlcjpwYXNz"}, {"Cookie", cookie}}), {}).id !=
        kId);
  CHECK(ApiSessionOf(With({{"Authorization", "Bearer nonsense"}}), {}).is_new);
}

TEST_CASE("the session's cookie is for this shop, and for no script", "[gateway][D19]") {
  SessionRules rules;
  const Session session = SessionOf(With({{"Cookie", std::string("shop_session-id=") + kId}}), rules);
  CHECK(SessionCookie(session, http::Request(), rules) ==
        std::string("shop_session-id=") + kId + "; Path=/; Max-Age=172800; HttpOnly; SameSite=Lax");
  rules.path = "/online-boutique";
  rules.lifetime = std::chrono::hours(24 * 30);
  CHECK(SessionCookie(session, With({{"X-Forwarded-Proto", "https, http"}}), rules) ==
        std::string("shop_session-id=") + kId +
            "; Path=/online-boutique; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax");
}

TEST_CASE("a session is shown by a short hash only", "[gateway]") {
  const Session session = SessionOf(With({{"Cookie", std::string("shop_session-id=") + kId}}), {});
  CHECK(session.hash.size() == 8);
  CHECK(session.hash == SessionHash(kId));
  CHECK(std::string(kId).find(session.hash) == std::string::npos);
}

TEST_CASE("a hand-made currency falls back to the dollar", "[gateway][D4]") {
  CHECK(CurrencyOf(http::Request()) == "USD");
  CHECK(CurrencyOf(With({{"Cookie", "shop_currency=EUR"}})) == "EUR");
  for (const char* code : {"", "eur", "EURO", "E", "<b>", "12A"}) {
    INFO(code);
    CHECK(CurrencyOf(With({{"Cookie", std::string("shop_currency=") + code}})) == "USD");
  }
}

TEST_CASE("https is what the proxy says", "[gateway]") {
  CHECK_FALSE(IsHttps(http::Request()));
  CHECK(IsHttps(With({{"x-forwarded-proto", "HTTPS"}})));
  CHECK_FALSE(IsHttps(With({{"x-forwarded-proto", "http, https"}})));
}

}  // namespace
}  // namespace boutique::gateway
