// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/stored_catalog.h"

#include "services/productcatalog/default_products.h"
#include "stored_shelf.h"
#include "support/eventually.h"
#include "unit/services/productcatalog/catalogs.h"

namespace boutique::productcatalog {
namespace {

using testing::Priced;
using testing::Products;
using testing::StoredShelf;

TEST_CASE("an empty database takes the file's products, once, and gives them back in order", "[catalog]") {
  const auto built_in = Catalog::Parse(kDefaultProducts);
  REQUIRE_OK(built_in);
  StoredShelf first;
  StoredShelf second(first.url);
  CHECK(first.Import((*built_in)->products()).value_or(false));
  CHECK_FALSE(second.Import(Priced(Products({{"Mug", ""}}))).value_or(true));
  for (StoredShelf* const shelf : {&first, &second}) {
    REQUIRE_OK(shelf->Load());
    CHECK(shelf->catalog->products().SerializeAsString() == (*built_in)->products().SerializeAsString());
  }
  CHECK(first.Do("SELECT count(DISTINCT revision) FROM catalog.texts") == "1");
}

TEST_CASE("a product that is changed in the database is changed in each replica", "[catalog]") {
  StoredShelf first;
  REQUIRE_OK(first.Import(Priced(Products({{"Mug", "of clay"}, {"Cup", "of tin"}}))));
  StoredShelf second(first.url);
  for (StoredShelf* const shelf : {&first, &second}) REQUIRE_OK(shelf->Load());
  const auto unchanged = first.Load();
  REQUIRE_OK(unchanged);
  CHECK(*unchanged == nullptr);
  first.Do("UPDATE catalog.products SET product = jsonb_set(product, '{name}', '\"Jug\"') WHERE product->>'id' = '0'");
  for (StoredShelf* const shelf : {&first, &second}) {
    const auto before = shelf->catalog;
    REQUIRE_OK(shelf->Load());
    CHECK(shelf->catalog->Find("0")->name() == "Jug");
    CHECK(before->Find("0")->name() == "Mug");
    const auto found = shelf->Find("jug");
    REQUIRE_OK(found);
    CHECK(found->numbers == std::vector<int>{0});
  }
}

TEST_CASE("a bad product in the database leaves the catalog as it was, with one line, until it is good", "[catalog]") {
  StoredShelf shelf;
  REQUIRE_OK(shelf.Import(Priced(Products({{"Mug", ""}}))));
  REQUIRE_OK(shelf.Load());
  shelf.Do("UPDATE catalog.products SET product = jsonb_set(product, '{priceUsd,units}', '\"-1\"')");
  const auto bad = shelf.Load();
  CHECK_CODE(bad, kInvalidArgument);
  CHECK(bad.status().message().find("priceUsd") != absl::string_view::npos);
  CHECK(shelf.catalog->Find("0")->name() == "Mug");
  shelf.Do("UPDATE catalog.products SET product = jsonb_set(product, '{priceUsd,units}', '\"2\"')");
  REQUIRE_OK(shelf.Load());
  CHECK(shelf.catalog->Find("0")->price_usd().units() == 2);
}

TEST_CASE("a catalog that is not the database's is not searched there", "[catalog]") {
  StoredShelf shelf;
  REQUIRE_OK(shelf.Import(Priced(Products({{"Mug", ""}}))));
  REQUIRE_OK(shelf.Load());
  CHECK(shelf.Find("mug")->numbers == std::vector<int>{0});
  shelf.catalog = *Catalog::Parse(kDefaultProducts);
  CHECK_CODE(shelf.Find("mug"), kUnavailable);
}

TEST_CASE("a watched catalog follows the database and says when it has read it first", "[catalog]") {
  StoredShelf shelf;
  LiveCatalog live(*Catalog::Parse(kDefaultProducts));
  std::stop_source stop;
  std::atomic<bool> ready{false};
  std::atomic<bool> ended{false};
  const auto watch = [&]() -> coro::Task<bool> {
    co_await rpc::ResumeOn(shelf.loop);
    co_await shelf.stored->Watch(live, shelf.loop, std::chrono::milliseconds(5), stop.get_token(),
                                 [&ready] { ready = true; });
    co_return true;
  };
  coro::Spawn(watch(), [&](bool) { ended = true; });
  CHECK(boutique::testing::Eventually([&] { return ready.load(); }));
  const int all = live.Current()->products().products_size();
  shelf.Do("DELETE FROM catalog.products WHERE position = 1");
  CHECK(boutique::testing::Eventually([&] { return live.Current()->products().products_size() == all - 1; }));
  shelf.loop.Post([&] { stop.request_stop(); });
  CHECK(boutique::testing::Eventually([&] { return ended.load(); }));
}

}  // namespace
}  // namespace boutique::productcatalog
