// SPDX-License-Identifier: Apache-2.0
#include "unit/gateway/api/api_shop.h"

namespace boutique::gateway {
namespace {

using nlohmann::json;

TEST_CASE_METHOD(ApiShop, "an empty cart costs nothing", "[api]") {
  const Reply reply = Get("/api/v1/cart");
  REQUIRE(reply.status == 200);
  CHECK(reply.body["items"] == json::array());
  CHECK(reply.body["itemCount"] == "0");
  const json nothing = {{"currencyCode", "USD"}, {"units", "0"}, {"nanos", 0}};
  CHECK(reply.body["subtotal"] == nothing);
  CHECK(reply.body["shipping"] == nothing);
  CHECK(reply.body["total"] == nothing);
}

TEST_CASE_METHOD(ApiShop, "a cart adds up to the cent in the currency asked for", "[api]") {
  PutInCart("MUG", 3);
  PutInCart("JAR");
  const Reply reply = Get("/api/v1/cart?currency=EUR");
  REQUIRE(reply.status == 200);
  const json& line = reply.body["items"][0];
  CHECK(line["productId"] == "MUG");
  CHECK(line["quantity"] == 3);
  CHECK(line["product"]["name"] == "Mug");
  CHECK(line["unitPrice"] == json({{"currencyCode", "EUR"}, {"units", "7"}, {"nanos", 950000000}}));
  CHECK(line["total"] == json({{"currencyCode", "EUR"}, {"units", "23"}, {"nanos", 850000000}}));
  CHECK(reply.body["itemCount"] == "4");
  CHECK(reply.body["subtotal"] == json({{"currencyCode", "EUR"}, {"units", "28"}, {"nanos", 710000000}}));
  CHECK(reply.body["shipping"] == json({{"currencyCode", "EUR"}, {"units", "7"}, {"nanos", 950000000}}));
  CHECK(reply.body["total"] == json({{"currencyCode", "EUR"}, {"units", "36"}, {"nanos", 660000000}}));
}

TEST_CASE_METHOD(ApiShop, "yen have no decimals", "[api]") {
  PutInCart("MUG", 2);
  const Reply reply = Get("/api/v1/cart?currency=JPY");
  CHECK(reply.body["total"] == json({{"currencyCode", "JPY"}, {"units", "3015"}, {"nanos", 0}}));
}

TEST_CASE_METHOD(ApiShop, "a cart costs no more calls for more lines, and asks for no recommendations", "[api]") {
  for (int i = 0; i < 100; ++i) PutInCart(i % 2 == 0 ? "MUG" : "JAR");
  REQUIRE(Get("/api/v1/cart?currency=EUR").status == 200);
  CHECK(Calls() <= 7);
  CHECK(recommendations.list.calls == 0);
}

TEST_CASE_METHOD(ApiShop, "a product that is no longer sold has no price, and the cart no total", "[api]") {
  PutInCart("MUG");
  PutInCart("TEAPOT", 2);
  const Reply reply = Get("/api/v1/cart");
  REQUIRE(reply.status == 200);
  CHECK_FALSE(reply.body["items"][1].contains("product"));
  CHECK_FALSE(reply.body["items"][1].contains("unitPrice"));
  CHECK_FALSE(reply.body.contains("total"));
}

TEST_CASE_METHOD(ApiShop, "a cart is shown while postage cannot be quoted", "[api]") {
  PutInCart("MUG");
  shipping.quote.failure = absl::UnavailableError("away");
  const Reply reply = Get("/api/v1/cart");
  REQUIRE(reply.status == 200);
  CHECK_FALSE(reply.body.contains("shipping"));
  CHECK_FALSE(reply.body.contains("total"));
  CHECK(reply.body["subtotal"]["units"] == "8");
}

TEST_CASE_METHOD(ApiShop, "a cart whose prices cannot be had is 503", "[api]") {
  PutInCart("MUG");
  currency.many.failure = absl::UnavailableError("away");
  CHECK(Get("/api/v1/cart?currency=EUR").status == 503);
  CHECK(Get("/api/v1/cart?currency=XAF").status == 400);
  catalog.many.failure = absl::UnavailableError("away");
  CHECK(Get("/api/v1/cart").status == 503);
  carts.get.failure = absl::DeadlineExceededError("redis");
  CHECK(Get("/api/v1/cart").status == 503);
}

TEST_CASE_METHOD(ApiShop, "something is added by either form of its names", "[api]") {
  CHECK(Post("/api/v1/cart/items", R"({"product_id":"MUG","quantity":2})").status == 204);
  CHECK(Post("/api/v1/cart/items", R"({"productId":"JAR","quantity":1000})").status == 204);
  REQUIRE(carts.cart.items_size() == 2);
  CHECK(carts.cart.items(0).quantity() == 2);
}

TEST_CASE_METHOD(ApiShop, "what cannot be added is refused by name, and nothing changes", "[api]") {
  const auto faults = [this](const char* body) {
    const Reply reply = Post("/api/v1/cart/items", body);
    CHECK(reply.status == 400);
    CHECK(reply.Problem() == "invalid-input");
    return reply.Faults();
  };
  CHECK(faults(R"({"quantity":1})") == "productId: is required");
  CHECK(faults(R"({"productId":"MUG"})") == "quantity: must be from 1 to 1000");
  CHECK(faults(R"({"productId":"MUG","quantity":0})") == "quantity: must be from 1 to 1000");
  CHECK(faults(R"({"productId":"MUG","quantity":-1})") == "quantity: must be from 1 to 1000");
  CHECK(faults(R"({"productId":"MUG","quantity":1001})") == "quantity: must be from 1 to 1000");
  CHECK(faults(R"({"productId":"MUG","quantity":4294967297})") == "quantity: must be a whole number of 32 bits");
  CHECK(faults(R"({"productId":"MUG","quantity":1,"price":0})") == "price: is not a field of this request");
  CHECK(faults(R"({"productId":"MUG","quantity":"many"})") == "quantity: must be a whole number of 32 bits");
  CHECK(faults(R"({"product_id ":"MUG"})") == "product_id : is not a field of this request");
  CHECK(faults(R"({"größe: XL":1})") == "größe: XL: is not a field of this request");
  CHECK(faults(R"({"":1})") == ": is not a field of this request");
  CHECK(faults("{") == "body: is not JSON in UTF-8");
  CHECK(faults("{\"productId\":\"\xff\"}") == "body: is not JSON in UTF-8");
  CHECK(faults("[]") == "body: must be an object");
  CHECK(Send("POST", "/api/v1/cart/items").Faults() == "body: must be a JSON object");
  CHECK(carts.add.calls == 0);
}

TEST_CASE_METHOD(ApiShop, "an unknown product is not added", "[api]") {
  CHECK(Post("/api/v1/cart/items", R"({"productId":"TEAPOT","quantity":1})").status == 404);
  CHECK(carts.add.calls == 0);
}

TEST_CASE_METHOD(ApiShop, "what the cart refuses is told in the client's words", "[api]") {
  carts.add.failure = absl::OutOfRangeError("item.quantity: the cart can hold 1000 of one product");
  CHECK(Post("/api/v1/cart/items", R"({"productId":"MUG","quantity":2})").Faults() ==
        "quantity: the cart can hold 1000 of one product");
  carts.add.failure = absl::ResourceExhaustedError("the cart can hold 500 products");
  const Reply full = Post("/api/v1/cart/items", R"({"productId":"MUG","quantity":2})");
  CHECK(full.status == 422);
  CHECK(full.Problem() == "cart-full");
  carts.add.failure = absl::ResourceExhaustedError("the server is busy");
  const int busy = Post("/api/v1/cart/items", R"({"productId":"MUG","quantity":2})").status;
  CHECK((busy == 429 || busy == 503));
}

TEST_CASE_METHOD(ApiShop, "a line is set, removed, and the cart emptied", "[api]") {
  PutInCart("MUG");
  CHECK(Send("PUT", "/api/v1/cart/items/MUG", R"({"quantity":5})").status == 204);
  CHECK(carts.cart.items(0).quantity() == 5);
  CHECK(Send("DELETE", "/api/v1/cart/items/MUG").status == 204);
  CHECK(carts.cart.items(0).quantity() == 0);
  CHECK(Send("PUT", "/api/v1/cart/items/MUG", R"({"quantity":"0"})").status == 204);
  CHECK(Send("DELETE", "/api/v1/cart").status == 204);
  CHECK(carts.cart.items().empty());
}

TEST_CASE_METHOD(ApiShop, "a line without a number is not removed", "[api]") {
  PutInCart("MUG");
  for (const char* const body : {"{}", R"({"quantity":null})"}) {
    const Reply reply = Send("PUT", "/api/v1/cart/items/MUG", body);
    CHECK(reply.status == 400);
    CHECK(reply.Faults() == "quantity: is required");
  }
  CHECK(Send("PUT", "/api/v1/cart/items/MUG", R"({"quantity":1001})").Faults() == "quantity: must be from 0 to 1000");
  CHECK(Send("PUT", "/api/v1/cart/items/MUG", R"({"quantity":-1})").status == 400);
  CHECK(Send("PUT", "/api/v1/cart/items/MUG", R"({"product_id":"MUG","quantity":1})").status == 400);
  CHECK(carts.set.calls == 0);
}

TEST_CASE_METHOD(ApiShop, "a line of an unknown product is not set, but can be removed", "[api]") {
  CHECK(Send("PUT", "/api/v1/cart/items/TEAPOT", R"({"quantity":1})").status == 404);
  CHECK(carts.set.calls == 0);
  CHECK(Send("DELETE", "/api/v1/cart/items/TEAPOT").status == 204);
}

TEST_CASE_METHOD(ApiShop, "a cart service that sets no lines is 501", "[api]") {
  carts.set.failure = absl::UnimplementedError("");
  CHECK(Send("PUT", "/api/v1/cart/items/MUG", R"({"quantity":2})").status == 501);
  CHECK(Send("DELETE", "/api/v1/cart/items/MUG").status == 501);
}

TEST_CASE_METHOD(ApiShop, "changes fail as the cart service fails", "[api]") {
  carts.add.failure = carts.set.failure = carts.empty.failure = absl::UnavailableError("redis-cart:6379");
  CHECK(Post("/api/v1/cart/items", R"({"productId":"MUG","quantity":2})").status == 503);
  CHECK(Send("PUT", "/api/v1/cart/items/MUG", R"({"quantity":2})").status == 503);
  CHECK(Send("DELETE", "/api/v1/cart/items/MUG").status == 503);
  const Reply reply = Send("DELETE", "/api/v1/cart");
  CHECK(reply.status == 503);
  CHECK(reply.text.find("redis") == std::string::npos);
}

}  // namespace
}  // namespace boutique::gateway
