// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/catalog.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/productcatalog/default_products.h"
#include "support/catch.h"
#include "unit/services/productcatalog/catalogs.h"

namespace boutique::productcatalog {
namespace {

using testing::CatalogJson;
using testing::ProductJson;

struct Sold {
  const char* id;
  const char* name;
  int units;
  int nanos;
  const char* categories;
  const char* slug;
  const char* found_by;
};

const std::vector<Sold> kSold = {
    {"OLJCESPC7Z", "Sunglasses", 19, 990000000, "accessories", "sunglasses",
     "modern,touch,outfits,sleek,aviator,sunglasses"},
    {"66VCHSJNUP", "Tank Top", 18, 990000000, "clothing,tops", "tank-top",
     "perfectly,cropped,cotton,tank,scooped,neckline"},
    {"1YMWWN1N4O", "Watch", 109, 990000000, "accessories", "watch", "gold-tone,stainless steel,watch,outfits"},
    {"L9ECAV7KIM", "Loafers", 89, 990000000, "footwear", "loafers", "neat,addition,summer,wardrobe"},
    {"2ZYFJ3GM2N", "Hairdryer", 24, 990000000, "hair,beauty", "hairdryer",
     "lightweight,hairdryer,3 heat,speed settings,travel"},
    {"0PUK6V6EV0", "Candle Holder", 18, 990000000, "decor,home", "candle-holder",
     "small,intricate,candle holder,gift"},
    {"LS4PSXUNUM", "Salt & Pepper Shakers", 18, 490000000, "kitchen", "salt-and-pepper-shakers", "flavor,kitchen"},
    {"9SIQT8TOJO", "Bamboo Glass Jar", 5, 490000000, "kitchen", "bamboo-glass-jar",
     "bamboo,glass jar,57 oz,1.7 l,kitchen"},
    {"6E92ZMYYFZ", "Mug", 8, 990000000, "kitchen", "mug", "simple,mug,mustard,interior"},
};

TEST_CASE("the built-in catalog sells what the original sells", "[catalog]") {
  const auto catalog = Catalog::Parse(kDefaultProducts);
  REQUIRE_OK(catalog);
  const auto& products = (*catalog)->products().products();
  REQUIRE(products.size() == static_cast<int>(kSold.size()));
  for (int i = 0; i < products.size(); ++i) {
    const Sold& sold = kSold[static_cast<std::size_t>(i)];
    const pb::Product& product = products[i];
    INFO(sold.name);
    CHECK(product.id() == sold.id);
    CHECK(product.name() == sold.name);
    CHECK(product.picture() == absl::StrCat("/static/img/products/", sold.slug, ".jpg"));
    CHECK(product.price_usd().currency_code() == "USD");
    CHECK(product.price_usd().units() == sold.units);
    CHECK(product.price_usd().nanos() == sold.nanos);
    CHECK(absl::StrJoin(product.categories(), ",") == sold.categories);
    CHECK((*catalog)->Find(sold.id) == &product);
    const std::string description = absl::AsciiStrToLower(product.description());
    for (const absl::string_view word : absl::StrSplit(sold.found_by, ',')) {
      INFO(word);
      CHECK(absl::StrContains(description, word));
      const auto found = (*catalog)->search().Find(word);
      REQUIRE_OK(found);
      CHECK(std::find(found->numbers.begin(), found->numbers.end(), i) != found->numbers.end());
    }
  }
}

TEST_CASE("an id is found exactly or not at all", "[catalog]") {
  const auto catalog = Catalog::Parse(kDefaultProducts);
  REQUIRE_OK(catalog);
  CHECK((*catalog)->Find("6e92zmyyfz") == nullptr);
  CHECK((*catalog)->Find("6E92ZMYYF") == nullptr);
  CHECK((*catalog)->Find("6E92ZMYYFZ ") == nullptr);
  CHECK((*catalog)->Find("") == nullptr);
}

TEST_CASE("a bad catalog is refused in one line that says what is wrong", "[catalog]") {
  const std::string good = ProductJson("A", "Mug");
  const auto with = [](const std::string& from, const std::string& to) {
    std::string json = ProductJson("B", "Mug");
    const std::size_t at = json.find(from);
    REQUIRE(at != std::string::npos);
    return CatalogJson({ProductJson("A", "Mug"), json.replace(at, from.size(), to)});
  };
  struct Case {
    std::string json;
    std::string what;
  };
  const std::vector<Case> cases = {
      {"", "it is not the JSON of products"},
      {"{", "it is not the JSON of products"},
      {"[]", "it is not the JSON of products"},
      {"{}", "it has no products"},
      {R"({"products":[]})", "it has no products"},
      {"{\"products\":[\n{\"id\":\n\"A\" \"B\"}]}", "it is not the JSON of products"},
      {R"({"products":[{"colour":"red"}]})", "it is not the JSON of products"},
      {R"({"products":[{}]})", "product 1 (''): id: is required"},
      {with(R"("B")", R"("")"), "product 2 (''): id: is required"},
      {with(R"("B")", R"("A")"), "product 2 ('A'): id: another product has it"},
      {with(R"("B")", R"("B C")"), "product 2 ('B C'): id: must be visible ASCII"},
      {with(R"("B")", absl::StrCat("\"", std::string(129, 'B'), "\"")), "id: must have 1 to 128 bytes"},
      {with(R"("name":"Mug")", R"("name":"")"), "product 2 ('B'): name: is required"},
      {with(R"("name":"Mug")", absl::StrCat(R"("name":")", std::string(257, 'x'), "\"")), "name: must have"},
      {with(R"("USD","units":1)", R"("EUR","units":1)"), "product 2 ('B'): priceUsd.currencyCode: must be USD"},
      {with(R"("USD","units":1)", R"("usd","units":1)"), "product 2 ('B'): priceUsd"},
      {with(R"("units":1)", R"("units":-1)"), "product 2 ('B'): priceUsd: must not be negative"},
      {with(R"("units":1)", R"("units":0,"nanos":-1)"), "product 2 ('B'): priceUsd: must not be negative"},
      {with(R"("units":1)", R"("units":1,"nanos":1000000000)"), "product 2 ('B'): priceUsd"},
      {with(R"("units":1)", R"("units":1,"nanos":-1)"), "product 2 ('B'): priceUsd"},
      {with(R"("units":1)", R"("units":99999999999999999999)"), "it is not the JSON of products"},
      {with(R"("priceUsd":{"currencyCode":"USD","units":1},)", ""), "product 2 ('B'): priceUsd: is required"},
      {with(R"(["things"])", R"([""])"), "product 2 ('B'): categories: is required"},
      {with(R"("description":"")", absl::StrCat(R"("description":")", std::string(4097, 'x'), "\"")),
       "product 2 ('B'): is larger than 4096 bytes"},
  };
  for (const Case& each : cases) {
    INFO(each.json.substr(0, 300));
    const auto catalog = Catalog::Parse(each.json);
    CHECK_CODE(catalog, kInvalidArgument);
    CHECK(absl::StrContains(catalog.status().message(), each.what));
    CHECK_FALSE(absl::StrContains(catalog.status().message(), "\n"));
  }
}

TEST_CASE("a catalog fits into one answer", "[catalog]") {
  std::vector<std::string> products;
  for (int i = 0; i < 1000; ++i) products.push_back(ProductJson(absl::StrCat(i), "Thing", std::string(3900, 'x')));
  CHECK(Catalog::Parse(CatalogJson(products)).ok());
  for (int i = 1000; i < 1100; ++i) products.push_back(ProductJson(absl::StrCat(i), "Thing", std::string(3900, 'x')));
  CHECK_CODE(Catalog::Parse(CatalogJson(products)), kInvalidArgument);
}

TEST_CASE("a price of nothing is a price", "[catalog]") {
  CHECK(Catalog::Parse(CatalogJson({ProductJson("A", "Gift", "", 0)})).ok());
}

}  // namespace
}  // namespace boutique::productcatalog
