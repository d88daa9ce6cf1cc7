// SPDX-License-Identifier: Apache-2.0
#include "gateway/gateway.h"

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "gateway/wrong_input.h"
#include "small_gateway.h"
#include "support/catch.h"

namespace boutique::gateway {
namespace {

rpc::Reply<http::Response> Show(const Visit& visit) {
  co_return http::Answer(200, "text/html; charset=utf-8",
                         absl::StrCat(visit.session.id, " ", visit.currency, " ", visit.Field("q")));
}

class Fixture : public SmallGateway {
 public:
  // The usual routes.
  void Start() {
    Gateway& made = Make();
    made.Page("GET", "/", Show);
    made.Page("POST", "/cart", Show);
    made.Api("GET", "/api/v1/cart", Show);
    made.Api("POST", "/api/v1/cart", Show);
    made.Page("GET", "/fails", [this](const Visit&) -> rpc::Reply<http::Response> { co_return failure; });
    made.Api("GET", "/api/v1/fails", [this](const Visit&) -> rpc::Reply<http::Response> { co_return failure; });
    made.Page("GET", "/long", [](const Visit&) -> rpc::Reply<http::Response> {
      co_return http::Answer(200, "text/html; charset=utf-8", std::string(5000, 'x'));
    });
    made.Plain("GET", "/file", [](const rpc::CallContext&, const http::Request&) -> rpc::Reply<http::Response> {
      co_return http::PlainText(200, "file");
    });
  }
  absl::Status failure = absl::InternalError("10.0.0.7:5432: password authentication failed");
};

TEST_CASE_METHOD(Fixture, "a visit knows its session, its currency and its fields", "[gateway]") {
  Start();
  auto request = Request("GET", "/?q=two+words");
  request.headers.back().second += "; shop_currency=EUR";
  const auto response = Send(request);
  CHECK(response.status == 200);
  CHECK(response.body == absl::StrCat(kId, " EUR two words"));
}

TEST_CASE_METHOD(Fixture, "every page renews the session and says what a browser must not do", "[gateway]") {
  Start();
  const auto response = Send(Request("GET", "/"));
  CHECK(response.HeaderOf("Set-Cookie") ==
        absl::StrCat("shop_session-id=", kId, "; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"));
  CHECK(absl::StrContains(response.HeaderOf("Content-Security-Policy"), "default-src 'none'"));
  CHECK(absl::StrContains(response.HeaderOf("Content-Security-Policy"), "frame-ancestors 'none'"));
  CHECK(response.HeaderOf("X-Content-Type-Options") == "nosniff");
  CHECK(response.HeaderOf("Referrer-Policy") == "same-origin");
  CHECK(response.HeaderOf("X-Request-Id") == "request-1");
  CHECK(response.HeaderOf("Cache-Control") == "private, no-cache");
  CHECK(response.HeaderOf("Access-Control-Allow-Origin").empty());
}

TEST_CASE_METHOD(Fixture, "files and probes get no session", "[gateway][D19]") {
  Start();
  const auto response = Send(Request("GET", "/file"));
  CHECK(response.status == 200);
  CHECK(response.HeaderOf("Set-Cookie").empty());
  CHECK(response.HeaderOf("X-Content-Type-Options") == "nosniff");
}

TEST_CASE_METHOD(Fixture, "a form of the shop's own page is served", "[gateway]") {
  Start();
  const auto response = Send(Form("/cart", absl::StrCat("q=mug&csrf_token=", CsrfToken(kId))));
  CHECK(response.status == 200);
  CHECK(absl::StrContains(response.body, "mug"));
}

TEST_CASE_METHOD(Fixture, "a form from elsewhere, or without its token, is refused", "[gateway][D19]") {
  Start();
  const std::string body = absl::StrCat("csrf_token=", CsrfToken(kId));
  CHECK(Send(Form("/cart", "q=mug")).status == 403);
  CHECK(Send(Form("/cart", absl::StrCat("csrf_token=", CsrfToken("5f1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d")))).status ==
        403);
  auto cross_site = Form("/cart", body);
  cross_site.headers[2].second = "cross-site";
  CHECK(Send(cross_site).status == 403);
  auto other_origin = Form("/cart", body);
  other_origin.headers[1].second = "https://evil.example";
  CHECK(Send(other_origin).status == 403);
  other_origin.headers[1].second = "null";
  CHECK(Send(other_origin).status == 403);
}

TEST_CASE_METHOD(Fixture, "what is no browser needs no token", "[gateway]") {
  Start();
  auto request = Request("POST", "/cart", {{"Content-Type", "application/x-www-form-urlencoded"}});
  request.body = "q=mug";
  CHECK(Send(request).status == 200);
}

TEST_CASE_METHOD(Fixture, "a form that cannot be read gets a 4xx", "[gateway]") {
  Start();
  auto request = Request("POST", "/cart", {{"Content-Type", "application/x-www-form-urlencoded"}});
  request.body = "q=%zz";
  CHECK(Send(request).status == 400);
  request.headers[0].second = "text/plain";
  CHECK(Send(request).status == 415);
  request.headers[0].second = "multipart/form-data; boundary=X";
  CHECK(Send(request).status == 400);
  CHECK(Send(Request("GET", "/?q=%")).status == 400);
  CHECK(Send(Request("GET", "/?q=%ff")).status == 400);
}

TEST_CASE_METHOD(Fixture, "a page's failure is a page, without an internal word", "[gateway][D20]") {
  Start();
  const auto response = Send(Request("GET", "/fails"));
  CHECK(response.status == 500);
  CHECK(response.body == absl::StrCat("error 500 on /fails of ", SessionHash(kId)));
  CHECK_FALSE(response.HeaderOf("Content-Security-Policy").empty());
}

TEST_CASE_METHOD(Fixture, "each failure of a call has its page", "[gateway][D12][D21]") {
  Start();
  const std::pair<absl::Status, int> table[] = {
      {absl::NotFoundError("no product X"), 404},
      {WrongInput("Choose a quantity from 1 to 10."), 422},
      {absl::InvalidArgumentError("item.product_id: must have 1 to 128 bytes"), 422},
      {absl::OutOfRangeError("too many"), 422},
      {absl::FailedPreconditionError("the cart is empty"), 422},
      {absl::PermissionDeniedError("no"), 403},
      {absl::ResourceExhaustedError("the server is busy"), 503},
      {absl::UnavailableError("connection refused"), 503},
      {absl::DeadlineExceededError("late"), 503},
      {absl::UnknownError("?"), 500},
      {absl::DataLossError("?"), 500},
  };
  for (const auto& [status, expected] : table) {
    INFO(status.ToString());
    failure = status;
    const auto response = Send(Request("GET", "/fails"));
    CHECK(response.status == expected);
    CHECK(response.HeaderOf("Retry-After").empty() == (expected != 503));
    CHECK(absl::StrContains(response.body, status.message()) == !SentenceOf(status).empty());
  }
}

TEST_CASE_METHOD(Fixture, "the API fails in JSON", "[gateway]") {
  Start();
  failure = absl::UnavailableError("10.0.0.7:7070: connection refused");
  const auto response = Send(Request("GET", "/api/v1/fails"));
  CHECK(response.status == 503);
  CHECK(response.HeaderOf("Content-Type") == "application/problem+json");
  CHECK_FALSE(absl::StrContains(response.body, "10.0.0.7"));
  CHECK(Send(Request("GET", "/api/v1/nothing")).HeaderOf("Content-Type") == "application/problem+json");
  CHECK(Send(Request("GET", "/nothing")).HeaderOf("Content-Type") == "text/html; charset=utf-8");
}

TEST_CASE_METHOD(Fixture, "another site's form leaves the shopper's session alone", "[gateway][D19]") {
  Start();
  // Browsers send no SameSite cookie with it, and would take the one that an answer sets.
  auto form = Form("/cart", "q=mug");
  form.headers.pop_back();
  CHECK_FALSE(Send(form).HeaderOf("Set-Cookie").empty());
  form.headers[2].second = "cross-site";
  const auto response = Send(form);
  CHECK(response.status == 403);
  CHECK(response.HeaderOf("Set-Cookie").empty());
}

TEST_CASE_METHOD(Fixture, "the API takes JSON of this origin", "[gateway]") {
  Start();
  auto request = Request("POST", "/api/v1/cart", {{"Content-Type", "application/json; charset=utf-8"}});
  request.body = "{}";
  CHECK(Send(request).status == 200);
  request.headers.emplace_back("Origin", "http://shop.example");
  CHECK(Send(request).status == 200);
  request.headers.back().second = "http://evil.example";
  CHECK(Send(request).status == 403);
  request.headers.pop_back();
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", ""}) {
    request.headers[0].second = type;
    CHECK(Send(request).status == 415);
  }
}

TEST_CASE_METHOD(Fixture, "the API takes the session as bearer, and then sets no cookie", "[gateway]") {
  Start();
  constexpr char kOther[] = "5f1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d";
  const auto response = Send(Request("GET", "/api/v1/cart", {{"Authorization", absl::StrCat("Bearer ", kOther)}}));
  CHECK(absl::StartsWith(response.body, kOther));
  CHECK(response.HeaderOf("Set-Cookie").empty());
  CHECK(response.HeaderOf("Cache-Control") == "no-store");
  CHECK(Send(Request("GET", "/api/v1/cart", {{"Authorization", "Bearer nonsense"}})).status == 401);
  CHECK(Send(Request("GET", "/api/v1/cart", {{"Authorization", ""}})).status == 401);
}

TEST_CASE_METHOD(Fixture, "a visitor in too much of a hurry gets 429", "[gateway]") {
  settings.rate_limit = 1;
  Start();
  CHECK(Send(Request("GET", "/")).status == 200);
  CHECK(Send(Request("GET", "/")).status == 200);
  const auto response = Send(Request("GET", "/"));
  CHECK(response.status == 429);
  CHECK_FALSE(response.HeaderOf("Retry-After").empty());
}

TEST_CASE_METHOD(Fixture, "a session of its own for each request does not get round the limit", "[gateway]") {
  settings.rate_limit = 1;
  Start();
  int served = 0;
  int status = 200;
  while (status == 200 && served <= 100) {
    const std::string session = absl::StrFormat("5f1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3%03d", served++);
    status = Send(Request("GET", "/", {{"Cookie", absl::StrCat("shop_session-id=", session)}})).status;
  }
  CHECK(status == 429);
  CHECK(served == 21);
}

TEST_CASE_METHOD(Fixture, "pages are compressed for who can read it", "[gateway]") {
  Start();
  const auto plain = Send(Request("GET", "/long"));
  CHECK(plain.body.size() == 5000);
  CHECK(plain.HeaderOf("Vary") == "Accept-Encoding");
  const auto packed = Send(Request("GET", "/long", {{"Accept-Encoding", "br, gzip;q=0.8"}}));
  CHECK(packed.HeaderOf("Content-Encoding") == "gzip");
  CHECK(packed.body.size() < 200);
  CHECK(Send(Request("GET", "/long", {{"Accept-Encoding", "gzip;q=0"}})).body.size() == 5000);
}

TEST_CASE_METHOD(Fixture, "beneath a base URL, so are the cookies", "[gateway]") {
  settings.base_url = "/online-boutique";
  Start();
  const auto response = Send(Request("GET", "/online-boutique/"));
  CHECK(response.status == 200);
  CHECK(absl::StrContains(response.HeaderOf("Set-Cookie"), "; Path=/online-boutique;"));
  CHECK(Send(Request("GET", "/")).status == 404);
}

TEST_CASE_METHOD(Fixture, "a refused request gets a page, too", "[gateway]") {
  Start();
  const auto response = gateway->Refuse(Request("GET", "/huge"), 431);
  CHECK(response.status == 431);
  CHECK(response.body == absl::StrCat("error 431 on /huge of ", SessionHash(kId)));
  CHECK_FALSE(response.HeaderOf("Content-Security-Policy").empty());
  CHECK(gateway->Refuse(Request("GET", "/huge"), 503).HeaderOf("Retry-After") == "5");
}

}  // namespace
}  // namespace boutique::gateway
