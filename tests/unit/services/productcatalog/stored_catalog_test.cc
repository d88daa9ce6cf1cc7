// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/stored_catalog.h"

#include <prometheus/text_serializer.h>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "services/productcatalog/default_products.h"
#include "services/productcatalog/product_catalog_service.h"
#include "stored_shelf.h"
#include "support/eventually.h"
#include "support/prometheus_text.h"
#include "unit/services/productcatalog/catalogs.h"

namespace boutique::productcatalog {
namespace {

using boutique::testing::Eventually;
using boutique::testing::PostgresServer;
using boutique::testing::ReadPrometheusText;
using testing::Priced;
using testing::Products;
using testing::StoredShelf;

// A catalog that follows its database until it ends.
struct Watched : StoredShelf {
  explicit Watched(const std::string& at = PostgresServer::Shared().NewDatabase()) : StoredShelf(at) {
    coro::Spawn(Watch(), [this](bool) { ended = true; });
  }
  ~Watched() {
    loop.Post([this] { stop.request_stop(); });
    CHECK(Eventually([this] { return ended.load(); }));
  }
  coro::Task<bool> Watch() {
    co_await rpc::ResumeOn(loop);
    co_await stored->Watch(live, loop, std::chrono::milliseconds(5), stop.get_token(), [this] { ready = true; });
    co_return true;
  }

  LiveCatalog live{*Catalog::Parse(kDefaultProducts)};
  std::stop_source stop;
  std::atomic<bool> ready{false};
  std::atomic<bool> ended{false};
};

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
  Watched shelf;
  CHECK(Eventually([&] { return shelf.ready.load(); }));
  const int all = shelf.live.Current()->products().products_size();
  shelf.Do("DELETE FROM catalog.products WHERE position = 1");
  CHECK(Eventually([&] { return shelf.live.Current()->products().products_size() == all - 1; }));
}

TEST_CASE("a database that takes no changes gives its products, also after a restart", "[catalog]") {
  StoredShelf before;
  REQUIRE_OK(before.Import(Priced(Products({{"Mug", ""}}))));
  REQUIRE_OK(before.Load());
  SECTION("as they were when it took its last") {
    before.MakeReadOnly(true);
    StoredShelf restarted(before.url);
    CHECK_FALSE(restarted.Import(Priced(Products({{"Cup", ""}}))).value_or(true));
    REQUIRE_OK(restarted.Load());
    CHECK(restarted.Find("mug")->numbers == std::vector<int>{0});
  }
  SECTION("changed since, and what is searched of them is kept when it takes changes again") {
    before.Do("UPDATE catalog.products SET product = jsonb_set(product, '{name}', '\"Jug\"')");
    before.MakeReadOnly(true);
    Watched restarted(before.url);
    REQUIRE(Eventually([&] { return restarted.ready.load(); }));
    CHECK(restarted.live.Current()->Find("0")->name() == "Jug");
    const auto kept = [&] {
      return before.Do("SELECT name FROM catalog.texts, catalog.revision WHERE texts.revision = revision.number");
    };
    CHECK(kept().empty());
    before.MakeReadOnly(false);
    CHECK(Eventually([&] { return kept() == "jug"; }));
  }
}

TEST_CASE("while the database does not answer, the search does, from memory and soon", "[catalog]") {
  PostgresServer server;
  StoredShelf shelf(server.NewDatabase());
  REQUIRE_OK(shelf.Import(Priced(Products({{"Mug", ""}}))));
  REQUIRE_OK(shelf.Load());
  const LiveCatalog live(shelf.catalog);
  rpc::BlockingPool pool(1);
  ProductCatalogService service(live, pool, {}, shelf.stored.get());
  pb::SearchProductsRequest request;
  request.set_query("mug");
  const auto search = [&] {
    const auto begun = std::chrono::steady_clock::now();
    const auto call = rpc::Begin(shelf.loop, std::chrono::seconds(30));
    const auto reply = boutique::testing::RunOn(shelf.loop, service.SearchProducts(call, request));
    REQUIRE_OK(reply);
    CHECK(reply->results_size() == 1);
    return std::chrono::steady_clock::now() - begun;
  };
  search();
  server.Freeze();
  const auto first = search();
  CHECK(first >= std::chrono::milliseconds(400));  // it was asked
  CHECK(first < std::chrono::seconds(10));
  // Once is enough.
  std::chrono::nanoseconds most{};
  for (int i = 0; i < 20; ++i) most += search();
  CHECK(most < std::chrono::seconds(5));
  CHECK_CODE(shelf.Find("mug"), kUnavailable);
  server.Thaw();
  CHECK(Eventually([&] { return shelf.Load().ok() && shelf.Find("mug").ok(); }));
}

TEST_CASE("a search whose asker has gone ends", "[catalog]") {
  PostgresServer server;
  StoredShelf shelf(server.NewDatabase());
  REQUIRE_OK(shelf.Import(Priced(Products({{"Mug", ""}}))));
  REQUIRE_OK(shelf.Load());
  server.Freeze();
  std::stop_source gone;
  shelf.call.cancelled = gone.get_token();
  shelf.loop.Post([&] { gone.request_stop(); });
  CHECK_CODE(shelf.Find("mug"), kCancelled);
  server.Thaw();
}

TEST_CASE("an empty database that takes no products is told", "[catalog]") {
  StoredShelf empty;
  empty.MakeReadOnly(true);
  Watched shelf(empty.url);
  const auto is_stale = [&] {
    const std::string shown = prometheus::TextSerializer().Serialize(shelf.metrics.registry()->Collect());
    return ReadPrometheusText(shown)["product_catalog_stale"] == 1;
  };
  CHECK(Eventually(is_stale));
  CHECK_FALSE(shelf.ready);
}

}  // namespace
}  // namespace boutique::productcatalog
