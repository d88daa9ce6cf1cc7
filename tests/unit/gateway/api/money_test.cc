// SPDX-License-Identifier: Apache-2.0
// Currencies, conversion and postage.
#include "unit/gateway/api/api_shop.h"

namespace boutique::gateway {
namespace {

using nlohmann::json;

TEST_CASE_METHOD(ApiShop, "the currencies are those of the service", "[api]") {
  const Reply reply = Get("/api/v1/currencies");
  REQUIRE(reply.status == 200);
  CHECK(reply.body["currencyCodes"].size() == 33);
  CHECK(reply.body["currencyCodes"][0] == "EUR");
}

TEST_CASE_METHOD(ApiShop, "without the currency service there are no currencies", "[api]") {
  currency.supported.failure = absl::UnavailableError("away");
  CHECK(Get("/api/v1/currencies").status == 503);
  CHECK(Post("/api/v1/convert", R"({"from":{"currencyCode":"USD","units":1},"toCode":"EUR"})").status == 503);
}

TEST_CASE("a shop without a currency service has the dollar", "[api]") {
  ApiShop shop(Connected{.currency = false});
  CHECK(shop.Get("/api/v1/currencies").body["currencyCodes"] == json({"USD"}));
  const Reply same = shop.Post("/api/v1/convert", R"({"from":{"currencyCode":"USD","units":"3"},"toCode":"USD"})");
  CHECK(same.status == 200);
  CHECK(same.body == json({{"currencyCode", "USD"}, {"units", "3"}, {"nanos", 0}}));
  const Reply other = shop.Post("/api/v1/convert", R"({"from":{"currencyCode":"USD","units":"3"},"toCode":"EUR"})");
  CHECK(other.Faults() == "toCode: is not a currency that this shop converts");
  CHECK(shop.Get("/api/v1/products?currency=EUR").Faults() == "currency: is not a currency that this shop converts");
  CHECK(shop.Get("/api/v1/cart?currency=USD").status == 200);
}

TEST_CASE_METHOD(ApiShop, "an amount is converted to the last billionth", "[api]") {
  const Reply reply =
      Post("/api/v1/convert", R"({"from":{"currencyCode":"USD","units":"19","nanos":990000000},"toCode":"EUR"})");
  REQUIRE(reply.status == 200);
  CHECK(reply.body == json({{"currencyCode", "EUR"}, {"units", "17"}, {"nanos", 682441398}}));
  CHECK(Post("/api/v1/convert", R"({"from":{"currency_code":"USD","units":0},"to_code":"EUR"})").body["units"] == "0");
}

TEST_CASE_METHOD(ApiShop, "what cannot be converted is refused by name", "[api]") {
  const auto faults = [this](const char* body) {
    const Reply reply = Post("/api/v1/convert", body);
    CHECK(reply.status == 400);
    return reply.Faults();
  };
  CHECK(faults(R"({"toCode":"EUR"})") == "from: is required");
  CHECK(faults(R"({"from":{"currencyCode":"USD","units":1}})") == "toCode: must be three capital letters");
  CHECK(faults(R"({"from":{"currencyCode":"USD","units":1},"toCode":"XAF"})") ==
        "toCode: is not a currency that this shop converts");
  CHECK(faults(R"({"from":{"currencyCode":"XAF","units":1},"toCode":"EUR"})") ==
        "from.currencyCode: is not a currency that this shop converts");
  CHECK(faults(R"({"from":{"units":1},"toCode":"EUR"})") == "from.currencyCode: must be three capital letters");
  CHECK(faults(R"({"from":{"currencyCode":"USD","units":1,"nanos":-1},"toCode":"EUR"})") ==
        "from.nanos: must have the sign of units");
  CHECK(faults(R"({"from":{"currencyCode":"USD","units":1,"nanos":1000000000},"toCode":"EUR"})") ==
        "from.nanos: must be from -999999999 to 999999999");
  CHECK(faults(R"({"from":{"currencyCode":"USD","units":-1},"toCode":"EUR"})").rfind("from: ", 0) == 0);
  CHECK(faults(R"({"from":{"currencyCode":"USD","units":"9223372036854775807"},"toCode":"IDR"})") ==
        "from.units: the amount is too large to convert exactly");
  CHECK(faults(R"({"from":{"currencyCode":"USD","units":1e30},"toCode":"IDR"})") ==
        "from.units: must be a whole number of 64 bits");
}

TEST_CASE_METHOD(ApiShop, "postage is quoted in dollars, and in the currency asked for", "[api]") {
  const Reply dollars = Post("/api/v1/quote", R"({"items":[{"productId":"MUG","quantity":1}]})");
  REQUIRE(dollars.status == 200);
  CHECK(dollars.body == json({{"costUsd", {{"currencyCode", "USD"}, {"units", "8"}, {"nanos", 990000000}}}}));
  const Reply euros =
      Post("/api/v1/quote?currency=EUR",
           R"({"address":{"city":"Paris","postalCode":"01010"},"items":[{"productId":"MUG","quantity":1}]})");
  REQUIRE(euros.status == 200);
  CHECK(euros.body["cost"] == json({{"currencyCode", "EUR"}, {"units", "7"}, {"nanos", 950000000}}));
}

TEST_CASE("a shop that sends nothing quotes nothing", "[api]") {
  ApiShop shop(Connected{.shipping = false});
  CHECK(shop.Post("/api/v1/quote", R"({"items":[{"productId":"MUG","quantity":1}]})").status == 501);
}

TEST_CASE_METHOD(ApiShop, "a quote fails as its services fail", "[api]") {
  CHECK(Post("/api/v1/quote?currency=XAF", "{}").Faults().rfind("currency: ", 0) == 0);
  CHECK(Post("/api/v1/quote", R"({"items":[{"quantity":"x"}]})").Faults().rfind("items[0].quantity: ", 0) == 0);
  currency.many.failure = absl::UnavailableError("away");
  CHECK(Post("/api/v1/quote?currency=EUR", R"({"items":[]})").status == 503);
  shipping.quote.failure = absl::InvalidArgumentError("items[0].quantity: must not be negative");
  CHECK(Post("/api/v1/quote", "{}").Faults() == "items[0].quantity: must not be negative");
  shipping.quote.failure = absl::InternalError("segfault");
  const Reply reply = Post("/api/v1/quote", "{}");
  CHECK(reply.status == 500);
  CHECK(reply.text.find("segfault") == std::string::npos);
}

}  // namespace
}  // namespace boutique::gateway
