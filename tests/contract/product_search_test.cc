// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <limits>
#include <set>

#include "contract/goods.h"
#include "contract/shop.h"
#include "hipstershop/product_catalog.grpc.pb.h"

namespace boutique::contract {
namespace {

using Catalog = pb::ProductCatalogService;
using Ids = std::vector<std::string>;

pb::SearchProductsRequest Query(const std::string& text) {
  pb::SearchProductsRequest request;
  request.set_query(text);
  return request;
}

absl::StatusOr<pb::SearchProductsResponse> Search(const pb::SearchProductsRequest& request) {
  return Call<Catalog>(&Catalog::Stub::SearchProducts, request);
}

Ids Found(const pb::SearchProductsRequest& request) {
  const auto reply = Search(request);
  REQUIRE_OK(reply);
  Ids ids;
  for (const pb::Product& product : reply->results()) ids.push_back(product.id());
  return ids;
}

std::set<std::string> FoundSet(const std::string& text) {
  const Ids ids = Found(Query(text));
  return {ids.begin(), ids.end()};
}

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

void CheckBad(const pb::SearchProductsRequest& request, const std::string& field) {
  CheckRefusal(Catalog::service_full_name(), Search(request).status(), absl::StatusCode::kInvalidArgument, field);
}

TEST_CASE("an empty query finds everything in the catalog's order", "[catalog][search]") {
  NEEDS(Catalog);
  CHECK(Found(Query("")) == AllProducts());
}

TEST_CASE("a word of a description finds its product", "[catalog][search]") {
  NEEDS(Catalog);
  const std::vector<std::pair<std::string, Ids>> words = {
      {kSunglasses, {"modern", "touch", "outfits", "sleek", "aviator", "sunglasses"}},
      {kTankTop, {"perfectly", "cropped", "cotton", "tank", "scooped", "neckline"}},
      {kWatch, {"gold-tone", "stainless steel", "watch", "outfits"}},
      {kLoafers, {"neat", "addition", "summer", "wardrobe"}},
      {kHairdryer, {"lightweight", "hairdryer", "3 heat", "speed settings", "travel"}},
      {kCandleHolder, {"small", "intricate", "candle holder", "gift"}},
      {kShakers, {"flavor", "kitchen"}},
      {kJar, {"bamboo", "glass jar", "57 oz", "1.7 l", "kitchen"}},
      {kMug, {"simple", "mug", "mustard", "interior"}},
  };
  for (const auto& [product, queries] : words) {
    for (const std::string& query : queries) {
      CAPTURE(product, query);
      CHECK(FoundSet(query).count(product) == 1);
    }
  }
}

TEST_CASE("search is without regard to case", "[catalog][search]") {
  NEEDS(Catalog);
  for (const char* query : {"MUG", "Mug", "mUg"}) CHECK(FoundSet(query).count(kMug) == 1);
  CHECK(FoundSet("SALT & PEPPER").count(kShakers) == 1);
}

TEST_CASE("every part of a name or description finds its product, as it always did", "[catalog][search]") {
  NEEDS(Catalog);
  const auto listed = Call<Catalog>(&Catalog::Stub::ListProducts, pb::Empty());
  REQUIRE_OK(listed);
  for (const pb::Product& product : listed->products()) {
    for (const std::string& text : {product.name(), product.description()}) {
      for (std::size_t length : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}}) {
        for (std::size_t start = 0; start + length <= text.size(); start += 5) {
          const std::string query = text.substr(start, length);
          CAPTURE(product.name(), query);
          CHECK(FoundSet(query).count(product.id()) == 1);
        }
      }
    }
  }
}

TEST_CASE("what is found holds the query, and nothing is left out", "[catalog][search]") {
  NEEDS(Catalog);
  const auto listed = Call<Catalog>(&Catalog::Stub::ListProducts, pb::Empty());
  REQUIRE_OK(listed);
  for (const char* query : {"kitchen", "outfits", "mug", "glass", "e", "oz", "with"}) {
    std::set<std::string> expected;
    for (const pb::Product& product : listed->products()) {
      const bool holds = Lower(product.name()).find(query) != std::string::npos ||
                         Lower(product.description()).find(query) != std::string::npos;
      if (holds) expected.insert(product.id());
    }
    CAPTURE(query);
    CHECK(FoundSet(query) == expected);
  }
}

TEST_CASE("nothing is found for what nothing resembles", "[catalog][search]") {
  NEEDS(Catalog);
  for (const char* query : {"zeppelin engine", "qqqqqqqq", "%", "_____", "\"", "* OR *", "' OR 1=1 --"}) {
    CAPTURE(query);
    CHECK(Found(Query(query)).empty());
  }
}

TEST_CASE("a typing error is forgiven when nothing matches, and said", "[catalog][search][ours]") {
  NEEDS(Catalog);
  const auto reply = Search(Query("sunglases"));
  REQUIRE_OK(reply);
  REQUIRE(reply->results_size() >= 1);
  CHECK(reply->results(0).id() == kSunglasses);
  CHECK(reply->corrected());
  const auto exact = Search(Query("sunglasses"));
  REQUIRE_OK(exact);
  CHECK_FALSE(exact->corrected());
}

TEST_CASE("the product that is named so comes first", "[catalog][search][ours]") {
  NEEDS(Catalog);
  for (const auto& [query, product] : std::vector<std::pair<std::string, std::string>>{
           {"watch", kWatch}, {"mug", kMug}, {"loafers", kLoafers}, {"candle", kCandleHolder}}) {
    const Ids found = Found(Query(query));
    REQUIRE_FALSE(found.empty());
    CHECK(found.front() == product);
  }
}

TEST_CASE("results can be narrowed to a category and to prices", "[catalog][search][ours]") {
  NEEDS(Catalog);
  pb::SearchProductsRequest request;
  request.set_category("kitchen");
  CHECK(Found(request) == Ids{kShakers, kJar, kMug});
  *request.mutable_min_price_usd() = Amount("USD", 8, 990000000);
  CHECK(Found(request) == Ids{kShakers, kMug});
  *request.mutable_max_price_usd() = Amount("USD", 8, 990000000);
  CHECK(Found(request) == Ids{kMug});
  request.set_category("no such category");
  CHECK(Found(request).empty());
}

TEST_CASE("pages of results make up the whole", "[catalog][search][ours]") {
  NEEDS(Catalog);
  pb::SearchProductsRequest request;
  request.set_page_size(4);
  Ids all;
  for (int page = 0; page < 3; ++page) {
    const auto reply = Search(request);
    REQUIRE_OK(reply);
    CHECK(reply->total_size() == 9);
    for (const pb::Product& product : reply->results()) all.push_back(product.id());
    CHECK(reply->next_page_token().empty() == (page == 2));
    request.set_page_token(reply->next_page_token());
  }
  CHECK(all == AllProducts());
}

TEST_CASE("a search that cannot be meant is refused", "[catalog][search][ours]") {
  NEEDS(Catalog);
  REQUIRE_OK(Search(Query(std::string(256, 'q'))));
  CheckBad(Query(std::string(257, 'q')), "query");
  CheckBad(Query(std::string(1 << 20, 'q')), "query");
  for (const int size : {-1, 1001, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
    pb::SearchProductsRequest request;
    request.set_page_size(size);
    CheckBad(request, "page_size");
  }
  for (const std::string& token : {std::string("no token"), std::string(1 << 16, '9'), std::string("-1")}) {
    pb::SearchProductsRequest request;
    request.set_page_token(token);
    CheckBad(request, "page_token");
  }
  for (const pb::Money& amount : {Amount("USD", 1, -1), Amount("USD", 0, 1000000000), Amount("EUR", 1, 0)}) {
    pb::SearchProductsRequest request;
    *request.mutable_min_price_usd() = amount;
    CheckBad(request, "min_price_usd");
    request.clear_min_price_usd();
    *request.mutable_max_price_usd() = amount;
    CheckBad(request, "max_price_usd");
  }
}

}  // namespace
}  // namespace boutique::contract
