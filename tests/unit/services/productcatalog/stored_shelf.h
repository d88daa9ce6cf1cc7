// SPDX-License-Identifier: Apache-2.0
// A catalog in a PostgreSQL database of its own, for tests.
// Threads: belongs to the test's.
#pragma once

#include <google/protobuf/util/json_util.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "platform/storage/postgres/database.h"
#include "services/productcatalog/catalog_schema.h"
#include "services/productcatalog/search_text.h"
#include "services/productcatalog/stored_catalog.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/on_loop.h"
#include "support/postgres_server.h"

namespace boutique::productcatalog::testing {

struct StoredShelf : boutique::testing::LoopCall {
  explicit StoredShelf(const std::string& at = boutique::testing::PostgresServer::Shared().NewDatabase()) : url(at) {
    auto opened = postgres::Database::Open(*postgres::ParseUrl(url), CatalogSchema(), 3);
    REQUIRE_OK(opened);
    database = *std::move(opened);
    stored = std::make_unique<StoredCatalog>(*database, metrics, searches);
  }

  absl::StatusOr<bool> Import(const pb::ListProductsResponse& products) { return Get(stored->Import(call, products)); }
  absl::StatusOr<std::shared_ptr<const Catalog>> Load() {
    auto loaded = Get(stored->Load(call));
    if (loaded.ok() && *loaded != nullptr) catalog = *loaded;
    coro::SyncWait(stored->KeepTexts(call));
    return loaded;
  }
  absl::StatusOr<ProductSearch::Found> Find(const std::string& query) {
    const std::string form = SearchForm(query).value();
    return boutique::testing::RunOn(loop, stored->Find(call, catalog, form));
  }
  std::string Do(const std::string& statement) const {
    return boutique::testing::PostgresServer::Do(url, statement);
  }

  // From now on the server takes no changes of this database, or does again; its connections end.
  void MakeReadOnly(bool read_only) const {
    Do(absl::StrCat("SET transaction_read_only = off; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET "
                    "default_transaction_read_only = ",
                    read_only ? "on" : "off", "', current_database()); END $$"));
    Do("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
       "WHERE datname = current_database() AND pid <> pg_backend_pid()");
  }

  const std::string url;
  telemetry::Metrics metrics;
  std::unique_ptr<postgres::Database> database;
  std::unique_ptr<StoredCatalog> stored;
  coro::TaskScope searches;
  std::shared_ptr<const Catalog> catalog;
};

// The same products with prices, as the database wants them.
inline pb::ListProductsResponse Priced(pb::ListProductsResponse products) {
  for (pb::Product& product : *products.mutable_products()) {
    product.mutable_price_usd()->set_currency_code("USD");
    product.mutable_price_usd()->set_units(1);
  }
  return products;
}

}  // namespace boutique::productcatalog::testing
