// SPDX-License-Identifier: Apache-2.0
#include "contract/goods.h"
#include "contract/shop.h"
#include "hipstershop/product_catalog.grpc.pb.h"

namespace boutique::contract {
namespace {

using Catalog = pb::ProductCatalogService;
using Ids = std::vector<std::string>;

template <typename Products>
Ids IdsOf(const Products& products) {
  Ids ids;
  for (const pb::Product& product : products) ids.push_back(product.id());
  return ids;
}

pb::ListProductsResponse Listed() {
  const auto reply = Call<Catalog>(&Catalog::Stub::ListProducts, pb::Empty());
  REQUIRE_OK(reply);
  return *reply;
}

absl::StatusOr<pb::Product> Get(const std::string& id) {
  pb::GetProductRequest request;
  request.set_id(id);
  return Call<Catalog>(&Catalog::Stub::GetProduct, request);
}

TEST_CASE("the catalog lists its nine products in its order", "[catalog]") {
  NEEDS(Catalog);
  CHECK(IdsOf(Listed().products()) == AllProducts());
}

TEST_CASE("each product has its name, price, categories and picture", "[catalog]") {
  NEEDS(Catalog);
  struct Row {
    const char* name;
    const char* price;
    Ids categories;
    const char* slug;
  };
  const std::vector<Row> rows = {
      {"Sunglasses", "USD 19.990000000", {"accessories"}, "sunglasses"},
      {"Tank Top", "USD 18.990000000", {"clothing", "tops"}, "tank-top"},
      {"Watch", "USD 109.990000000", {"accessories"}, "watch"},
      {"Loafers", "USD 89.990000000", {"footwear"}, "loafers"},
      {"Hairdryer", "USD 24.990000000", {"hair", "beauty"}, "hairdryer"},
      {"Candle Holder", "USD 18.990000000", {"decor", "home"}, "candle-holder"},
      {"Salt & Pepper Shakers", "USD 18.490000000", {"kitchen"}, "salt-and-pepper-shakers"},
      {"Bamboo Glass Jar", "USD 5.490000000", {"kitchen"}, "bamboo-glass-jar"},
      {"Mug", "USD 8.990000000", {"kitchen"}, "mug"},
  };
  const auto listed = Listed();
  REQUIRE(listed.products_size() == 9);
  for (int i = 0; i < 9; ++i) {
    const pb::Product& product = listed.products(i);
    const Row& row = rows[static_cast<std::size_t>(i)];
    CHECK(product.name() == row.name);
    CHECK(Text(product.price_usd()) == row.price);
    CHECK(Ids(product.categories().begin(), product.categories().end()) == row.categories);
    CHECK(product.picture() == std::string("/static/img/products/") + row.slug + ".jpg");
    CHECK_FALSE(product.description().empty());
  }
}

TEST_CASE("a product is found by its exact id", "[catalog]") {
  NEEDS(Catalog);
  const auto all = Listed();
  for (const pb::Product& listed : all.products()) {
    const auto product = Get(listed.id());
    REQUIRE_OK(product);
    CHECK(product->SerializeAsString() == listed.SerializeAsString());
  }
}

TEST_CASE("D21: an unknown product is not found, and named", "[catalog]") {
  NEEDS(Catalog);
  for (const char* id : {"NO-SUCH-ID", "6e92zmyyfz", "6E92ZMYYF", "' OR 1=1 --"}) {
    CheckRefusal(Catalog::service_full_name(), Get(id).status(), absl::StatusCode::kNotFound, id);
  }
}

TEST_CASE("an id has 1 to 128 bytes", "[catalog][ours]") {
  NEEDS(Catalog);
  for (const std::string& id : {std::string(), std::string(129, 'A'), std::string(1 << 20, 'A')}) {
    CheckRefusal(Catalog::service_full_name(), Get(id).status(), absl::StatusCode::kInvalidArgument, "id");
  }
}

TEST_CASE("GetProducts answers the known ones in order and names the others once", "[catalog][ours]") {
  NEEDS(Catalog);
  pb::GetProductsRequest request;
  for (const char* id : {kMug, "NOPE", kWatch, kMug, "NOPE", "NADA"}) request.add_ids(id);
  const auto reply = Call<Catalog>(&Catalog::Stub::GetProducts, request);
  REQUIRE_OK(reply);
  CHECK(IdsOf(reply->products()) == Ids{kMug, kWatch, kMug});
  CHECK(Ids(reply->missing_ids().begin(), reply->missing_ids().end()) == Ids{"NOPE", "NADA"});
  const auto none = Call<Catalog>(&Catalog::Stub::GetProducts, pb::GetProductsRequest());
  REQUIRE_OK(none);
  CHECK(none->products().empty());
}

TEST_CASE("GetProducts takes at most 1,000 ids", "[catalog][ours]") {
  NEEDS(Catalog);
  pb::GetProductsRequest request;
  for (int i = 0; i < 1000; ++i) request.add_ids(kMug);
  const auto reply = Call<Catalog>(&Catalog::Stub::GetProducts, request);
  REQUIRE_OK(reply);
  CHECK(reply->products_size() == 1000);
  request.add_ids(kMug);
  CheckRefusal(Catalog::service_full_name(), Call<Catalog>(&Catalog::Stub::GetProducts, request).status(),
               absl::StatusCode::kInvalidArgument, "ids");
}

TEST_CASE("D30: concurrent readers all see the whole catalog", "[catalog]") {
  NEEDS(Catalog);
  const auto answers = AllAtOnce(64, [](int) { return Call<Catalog>(&Catalog::Stub::ListProducts, pb::Empty()); });
  for (const auto& answer : answers) {
    REQUIRE_OK(answer);
    CHECK(IdsOf(answer->products()) == AllProducts());
  }
}

}  // namespace
}  // namespace boutique::contract
