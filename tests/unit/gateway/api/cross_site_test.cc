// SPDX-License-Identifier: Apache-2.0
// What surrounds every request of the API: media types, sessions, origins, and errors before any handler.
#include "unit/gateway/api/api_shop.h"

namespace boutique::gateway {
namespace {

constexpr char kItem[] = R"({"productId":"MUG","quantity":1})";

TEST_CASE_METHOD(ApiShop, "bodies are JSON and nothing else", "[api]") {
  for (const char* const type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                                 "application/xml", "application/jsonp", ""}) {
    CAPTURE(type);
    const Reply reply = Send("POST", "/api/v1/cart/items", kItem, {{"Content-Type", type}});
    CHECK(reply.status == 415);
  }
  CHECK(carts.add.calls == 0);
  CHECK(Send("POST", "/api/v1/cart/items", kItem, {{"Content-Type", "Application/JSON; charset=utf-8"}}).status == 204);
}

TEST_CASE_METHOD(ApiShop, "a page of another origin changes nothing", "[api]") {
  const std::vector<std::vector<http::Header>> foreign = {
      {{"Host", "shop.example"}, {"Origin", "https://evil.example"}},
      {{"Host", "shop.example"}, {"Origin", "null"}},
      {{"Host", "shop.example"}, {"Sec-Fetch-Site", "cross-site"}},
      {{"Host", "shop.example"}, {"Sec-Fetch-Site", "same-site"}},
  };
  for (const auto& headers : foreign) {
    CHECK(Send("POST", "/api/v1/cart/items", kItem, headers).status == 403);
    CHECK(Send("DELETE", "/api/v1/cart", "", headers).status == 403);
    CHECK(Send("GET", "/api/v1/cart", "", headers).status == 200);
  }
  CHECK(carts.add.calls == 0);
  CHECK(carts.empty.calls == 0);
  const std::vector<http::Header> own = {
      {"Host", "shop.example"}, {"Origin", "http://shop.example"}, {"Sec-Fetch-Site", "same-origin"}};
  CHECK(Send("POST", "/api/v1/cart/items", kItem, own).status == 204);
}

TEST_CASE_METHOD(ApiShop, "no other origin may read an answer", "[api]") {
  const Reply reply = Send("GET", "/api/v1/cart", "", {{"Host", "shop.example"}, {"Origin", "https://evil.example"}});
  for (const auto& [name, value] : reply.response.headers) CHECK(name.rfind("Access-Control", 0) != 0);
}

TEST_CASE_METHOD(ApiShop, "whoever has no session gets one with the first thing in the cart", "[api]") {
  const Reply reply = Send("POST", "/api/v1/cart/items", kItem, {{"Cookie", "a=b"}});
  REQUIRE(reply.status == 204);
  const std::string cookie(reply.response.HeaderOf("Set-Cookie"));
  CHECK(cookie.rfind("shop_session-id=", 0) == 0);
  CHECK(cookie.find("HttpOnly") != std::string::npos);
}

TEST_CASE_METHOD(ApiShop, "answers are kept by nobody and carry the request's id", "[api]") {
  const Reply reply = Get("/api/v1/cart");
  CHECK(reply.response.HeaderOf("Cache-Control") == "no-store");
  CHECK(reply.response.HeaderOf("X-Request-Id") == "request-1");
}

TEST_CASE_METHOD(ApiShop, "unknown places and methods are problems, too", "[api]") {
  CHECK(Get("/api/v1/nothing").status == 404);
  CHECK(Get("/api/v2/products").status == 404);
  CHECK(Send("PATCH", "/api/v1/cart").status == 405);
  CHECK(Send("POST", "/api/v1/products", "{}").status == 405);
  CHECK(Send("PUT", "/api/v1/cart/items", "{}").status == 405);
  CHECK(Get("/api/v1/../admin").status == 400);
  CHECK(Get("/api/v1/products/%2e%2e").status == 400);
  CHECK(Get("/api/v1/products/%zz").status == 400);
}

TEST_CASE("too many requests are refused before the shop is asked", "[api]") {
  GatewaySettings settings;
  settings.rate_limit = 1;
  ApiShop shop(Connected{}, settings);
  Reply reply;
  for (int i = 0; i < 100 && reply.status != 429; ++i) reply = shop.Get("/api/v1/products");
  CHECK(reply.status == 429);
  CHECK_FALSE(reply.response.HeaderOf("Retry-After").empty());
}

}  // namespace
}  // namespace boutique::gateway
