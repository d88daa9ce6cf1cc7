// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/search_json.h"
#include "unit/gateway/api/api_shop.h"

namespace boutique::gateway {
namespace {

using nlohmann::json;

const Assets assets("");

TEST_CASE_METHOD(ApiShop, "the products are listed with pictures that a browser can load", "[api]") {
  const Reply reply = Get("/api/v1/products");
  REQUIRE(reply.status == 200);
  CHECK(reply.type == "application/json");
  REQUIRE(reply.body["products"].size() == 3);
  const json& mug = reply.body["products"][0];
  CHECK(mug["id"] == "MUG");
  CHECK(mug["name"] == "Mug");
  CHECK(mug["priceUsd"] == json({{"currencyCode", "USD"}, {"units", "8"}, {"nanos", 990000000}}));
  CHECK_FALSE(mug.contains("price"));
  CHECK(mug["picture"] == assets.PictureUrl("/static/img/products/mug.jpg"));
  CHECK(mug["picture"].get<std::string>().find(".svg") != std::string::npos);
  CHECK(reply.body["totalSize"] == 3);
  CHECK(Calls() == 1);
}

TEST_CASE("a picture's path is below the base URL", "[api]") {
  GatewaySettings settings;
  settings.base_url = "/shop";
  ApiShop shop(Connected{}, settings);
  const Reply reply = shop.Get("/shop/api/v1/products/MUG");
  REQUIRE(reply.status == 200);
  CHECK(reply.body["picture"].get<std::string>().rfind("/static/img/products/mug.", 0) == 0);
  CHECK(shop.document["servers"][0]["url"] == "/shop");
  CHECK(shop.router.Find("GET", "/api/v1/products").outcome == http::Router::Outcome::kNotFound);
}

TEST_CASE_METHOD(ApiShop, "suggestions are a page of six", "[api]") {
  const Reply reply = Get("/api/v1/products?query=Mug&page_size=6");
  REQUIRE(reply.status == 200);
  CHECK(reply.body["products"].size() == 1);
  CHECK(catalog.last_search.query() == "Mug");
  CHECK(catalog.last_search.page_size() == 6);
}

TEST_CASE_METHOD(ApiShop, "filters, page size and page token reach the catalog", "[api]") {
  REQUIRE(Get("/api/v1/products?category=kitchen&page_token=abc&page_size=5&min_price=5&max_price=9.50").status == 200);
  CHECK(catalog.last_search.category() == "kitchen");
  CHECK(catalog.last_search.page_token() == "abc");
  CHECK(catalog.last_search.page_size() == 5);
  CHECK(catalog.last_search.min_price_usd().units() == 4);  // what is shown as 5.00
  CHECK(catalog.last_search.max_price_usd().units() == 9);
}

TEST_CASE_METHOD(ApiShop, "bounds are in the currency asked for", "[api]") {
  const Reply reply = Get("/api/v1/products?currency=JPY&max_price=1005");
  REQUIRE(reply.status == 200);
  REQUIRE(reply.body["products"].size() == 2);
  CHECK(reply.body["products"][0]["price"] == json({{"currencyCode", "JPY"}, {"units", "1005"}, {"nanos", 0}}));
}

TEST_CASE_METHOD(ApiShop, "a catalog that knows no filters is filtered here", "[api]") {
  catalog.knows_filters = false;
  const Reply reply = Get("/api/v1/products?category=accessories");
  REQUIRE(reply.status == 200);
  REQUIRE(reply.body["products"].size() == 1);
  CHECK(reply.body["products"][0]["id"] == "WATCH");
  CHECK(reply.body["totalSize"] == 1);
}

TEST_CASE_METHOD(ApiShop, "prices are converted in one call and rounded to the cent", "[api]") {
  const Reply reply = Get("/api/v1/products?currency=EUR");
  REQUIRE(reply.status == 200);
  CHECK(reply.body["products"][0]["price"] == json({{"currencyCode", "EUR"}, {"units", "7"}, {"nanos", 950000000}}));
  CHECK(currency.many.calls == 1);
  CHECK(Get("/api/v1/products/MUG?currency=EUR").body["price"]["nanos"] == 950000000);
}

TEST_CASE_METHOD(ApiShop, "bad parameters of a search are refused by name", "[api]") {
  CHECK(Get("/api/v1/products?page_size=-1").Faults() == "page_size: must be a whole number from 0 to 1000");
  CHECK(Get("/api/v1/products?page_size=1001").status == 400);
  CHECK(Get("/api/v1/products?page_size=99999999999").status == 400);
  CHECK(Get("/api/v1/products?page_size=six").status == 400);
  CHECK(Get("/api/v1/products?min_price=cheap").Faults().rfind("min_price: ", 0) == 0);
  CHECK(Get("/api/v1/products?max_price=-1").Faults().rfind("max_price: ", 0) == 0);
  CHECK(Get("/api/v1/products?min_price=9&max_price=5").status == 400);
  CHECK(Get("/api/v1/products?query=%ff").status == 400);
  CHECK(Get("/api/v1/products?query=%").status == 400);
}

TEST_CASE_METHOD(ApiShop, "what the catalog says of a parameter is passed on", "[api]") {
  catalog.search.failure = absl::InvalidArgumentError("page_token: is none of this query's");
  const Reply reply = Get("/api/v1/products?page_token=x");
  CHECK(reply.status == 400);
  CHECK(reply.Faults() == "page_token: is none of this query's");
}

TEST_CASE_METHOD(ApiShop, "a currency that the shop does not convert is refused", "[api]") {
  for (const char* const code : {"XAF", "eur", "EURO", "%F0%9F%92%B0"}) {
    CAPTURE(code);
    const Reply reply = Get(std::string("/api/v1/products?currency=") + code);
    CHECK(reply.status == 400);
    CHECK(reply.Faults().rfind("currency: ", 0) == 0);
  }
}

TEST_CASE_METHOD(ApiShop, "without the currency service dollars are served and others are not", "[api]") {
  currency.supported.failure = currency.many.failure = absl::UnavailableError("connection refused: 10.1.2.3");
  CHECK(Get("/api/v1/products").status == 200);
  CHECK(Get("/api/v1/products?currency=USD").status == 200);
  const Reply reply = Get("/api/v1/products?currency=EUR");
  CHECK(reply.status == 503);
  CHECK_FALSE(reply.response.HeaderOf("Retry-After").empty());
  CHECK(reply.text.find("10.1.2.3") == std::string::npos);
}

TEST_CASE_METHOD(ApiShop, "prices that fail to convert fail the request: no dollars for euros", "[api]") {
  currency.many.failure = absl::UnavailableError("away");
  CHECK(Get("/api/v1/products?currency=EUR").status == 503);
  CHECK(Get("/api/v1/products?currency=EUR&min_price=5").status == 503);
  CHECK(Get("/api/v1/products/MUG?currency=EUR").status == 503);
}

TEST_CASE_METHOD(ApiShop, "a product is read by its id", "[api]") {
  const Reply reply = Get("/api/v1/products/WATCH");
  REQUIRE(reply.status == 200);
  CHECK(reply.body["name"] == "Watch");
  CHECK(reply.body["categories"] == json({"accessories"}));
  CHECK(Calls() == 1);
}

TEST_CASE_METHOD(ApiShop, "an unknown product is 404", "[api]") {
  const Reply reply = Get("/api/v1/products/TEAPOT");
  CHECK(reply.status == 404);
  CHECK(reply.Problem() == "about:blank");
  CHECK(reply.body["title"] == "Not Found");
}

TEST_CASE_METHOD(ApiShop, "without the catalog the answer is 503, and in no internal words", "[api]") {
  catalog.one.failure = catalog.search.failure = absl::UnavailableError("tcp handshaker shutdown");
  for (const char* const path : {"/api/v1/products", "/api/v1/products/MUG", "/catalog"}) {
    CAPTURE(path);
    const Reply reply = Get(path);
    CHECK(reply.status == 503);
    CHECK(reply.text.find("handshaker") == std::string::npos);
  }
}

TEST_CASE_METHOD(ApiShop, "clients of the older demo get the whole catalog", "[api]") {
  const Reply reply = Get("/catalog");
  REQUIRE(reply.status == 200);
  CHECK(reply.body["products"].size() == 3);
  CHECK(catalog.last_search.page_size() == 0);
}

// What /search answers for this text.
Reply SearchFor(ApiShop& shop, const std::string& text) {
  const http::Request request;
  http::Form form;
  form.Add("q", text);
  const Visit visit{request, shop.call, shop.settings, "", Session{}, "USD", "", "request-1", form, true};
  Reply reply;
  const auto response = shop.Run(SearchAsJson(shop.shop, assets, visit));
  REQUIRE_OK(response);
  reply.status = response->status;
  reply.body = json::parse(response->body);
  return reply;
}

TEST_CASE_METHOD(ApiShop, "a search of the older demo is answered in JSON, and 400 without words", "[api]") {
  const Reply found = SearchFor(*this, " Mug ");
  CHECK(found.status == 200);
  CHECK(found.body["products"][0]["id"] == "MUG");
  const Reply empty = SearchFor(*this, "  ");
  CHECK(empty.status == 400);
  CHECK(empty.Faults() == "q: is required");
  catalog.search.failure = absl::UnavailableError("away");
  CHECK(SearchFor(*this, "Mug").status == 503);
}

}  // namespace
}  // namespace boutique::gateway
