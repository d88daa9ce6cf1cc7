// SPDX-License-Identifier: Apache-2.0
// Charges in SQLite.
// Threads: as ChargeStore.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "platform/storage/sqlite/database.h"
#include "services/payment/charge_store.h"

namespace boutique::payment {

class SqliteChargeStore final : public ChargeStore {
 public:
  // Opens or makes the file, or ":memory:"; with the errors of sqlite::Database::Open.
  static absl::StatusOr<std::unique_ptr<SqliteChargeStore>> Open(const std::string& path);

  rpc::Reply<KeptCharge> Keep(const rpc::CallContext& call, KeptCharge charge) override;
  rpc::Reply<KeptCharge> Get(const rpc::CallContext& call, std::string key) override;
  rpc::Reply<KeptCharge> Refund(const rpc::CallContext& call, std::string key) override;

  // Tells whether the store can do its work, whenever that changes (see sqlite::Database::WatchHealth).
  void WatchHealth(std::function<void(bool able)> watch) { database_->WatchHealth(std::move(watch)); }

 private:
  explicit SqliteChargeStore(std::unique_ptr<sqlite::Database> database) : database_(std::move(database)) {}
  const std::unique_ptr<sqlite::Database> database_;
};

}  // namespace boutique::payment
