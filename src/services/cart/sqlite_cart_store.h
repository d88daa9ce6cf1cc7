// SPDX-License-Identifier: Apache-2.0
// Carts in SQLite.
// Threads: as CartStore.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "platform/base/clock.h"
#include "platform/storage/sqlite/database.h"
#include "services/cart/cart_store.h"

namespace boutique::cart {

class SqliteCartStore final : public CartStore {
 public:
  // Opens or makes the file, or ":memory:"; with the errors of sqlite::Database::Open. Forgets carts that nobody uses
  // for `ttl`. `clock` outlives the store.
  static absl::StatusOr<std::unique_ptr<SqliteCartStore>> Open(
      const std::string& path, std::chrono::nanoseconds ttl,
      const base::Clock& clock = base::SystemClock::Instance());

  rpc::Reply<pb::Empty> Add(const rpc::CallContext& call, const std::string& user_id,
                            const pb::CartItem& item) override;
  rpc::Reply<pb::Empty> Set(const rpc::CallContext& call, const std::string& user_id,
                            const pb::CartItem& item) override;
  rpc::Reply<pb::Cart> Get(const rpc::CallContext& call, const std::string& user_id) override;
  rpc::Reply<pb::Empty> Subtract(const rpc::CallContext& call, const pb::RemoveOrderedRequest& ordered) override;
  rpc::Reply<pb::Empty> Empty(const rpc::CallContext& call, const std::string& user_id) override;

  // Tells whether the store can do its work, whenever that changes (see sqlite::Database::WatchHealth).
  void WatchHealth(std::function<void(bool able)> watch) { database_->WatchHealth(std::move(watch)); }

 private:
  SqliteCartStore(std::unique_ptr<sqlite::Database> database, std::int64_t ttl_ms, const base::Clock& clock)
      : database_(std::move(database)), ttl_ms_(ttl_ms), clock_(clock) {}

  const std::unique_ptr<sqlite::Database> database_;
  const std::int64_t ttl_ms_;
  const base::Clock& clock_;
};

}  // namespace boutique::cart
