// SPDX-License-Identifier: Apache-2.0
// The catalog that is kept in PostgreSQL: whoever changes a product there changes it in every replica within a second.
// Threads: Find is safe from any loop; Watch runs once.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "platform/coro/task.h"
#include "platform/coro/task_scope.h"
#include "platform/rpc/call_context.h"
#include "platform/storage/sql/database.h"
#include "platform/telemetry/metrics.h"
#include "services/productcatalog/catalog.h"

namespace boutique::productcatalog {

class StoredCatalog {
 public:
  // `database` has the tables of CatalogSchema and outlives this; `searches` is for searches that nobody waits for any
  // more. Counts and shows what CatalogFile does.
  StoredCatalog(sql::Database& database, telemetry::Metrics& metrics, coro::TaskScope& searches);

  // Puts the products into the database if there are none. Whoever comes first does it. A database that has some is
  // only read.
  rpc::Reply<bool> Import(const rpc::CallContext& call, const pb::ListProductsResponse& products);
  // The catalog as it is in the database; null if that has not changed since this was asked last. INVALID_ARGUMENT, in
  // one line that names the product and the field, if it is no good catalog. The database is only read.
  rpc::Reply<std::shared_ptr<const Catalog>> Load(const rpc::CallContext& call);
  // Puts what is searched of the catalog loaded last into the database, for all replicas, unless it is there. Until
  // that is done, the catalog is searched in memory.
  coro::Task<void> KeepTexts(const rpc::CallContext& call);
  // What ProductSearch::Find finds, by an index in the database. UNAVAILABLE for a catalog that has none there or is
  // not the one loaded last, and, after half a second, while the database does not answer: until Load has had an
  // answer, it is not asked again. On the call's loop.
  rpc::Reply<ProductSearch::Found> Find(const rpc::CallContext& call, std::shared_ptr<const Catalog> catalog,
                                        std::string query);

  // Imports what is live if the database is empty, then keeps `live` as the database has it, and calls `ready` when it
  // is for the first time, until `stop` is requested, which happens on `loop`. Starts there, and needs everything it is
  // given until it has ended.
  coro::Task<void> Watch(LiveCatalog& live, rpc::Loop& loop, std::chrono::nanoseconds interval, std::stop_token stop,
                         std::function<void()> ready);

 private:
  struct Search;

  coro::Task<void> Ask(std::shared_ptr<Search> search);
  void Report(const absl::Status& outcome);

  sql::Database& database_;
  coro::TaskScope& searches_;
  prometheus::Counter& reloaded_;
  prometheus::Counter& failed_;
  prometheus::Gauge& stale_;
  std::string problem_;                 // the last one reported; empty if all is well
  std::int64_t seen_revision_ = -1;     // that Load looked at last
  bool has_kept_ = true;                // KeepTexts has nothing to do
  std::atomic<bool> is_silent_{false};  // a search had no answer in time, and Load has had none since
  std::mutex mutex_;                    // of what follows
  std::shared_ptr<const Catalog> loaded_;
  std::int64_t revision_ = -1;
};

}  // namespace boutique::productcatalog
