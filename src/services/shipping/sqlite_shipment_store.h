// SPDX-License-Identifier: Apache-2.0
// Shipments in SQLite.
// Threads: as ShipmentStore.
#pragma once

#include <memory>
#include <string>

#include "platform/storage/sqlite/database.h"
#include "services/shipping/shipment_store.h"

namespace boutique::shipping {

class SqliteShipmentStore final : public ShipmentStore {
 public:
  // Opens or makes the file, or ":memory:"; with the errors of sqlite::Database::Open.
  static absl::StatusOr<std::unique_ptr<SqliteShipmentStore>> Open(const std::string& path);

  rpc::Reply<pb::Shipment> Ship(const rpc::CallContext& call, pb::Shipment shipment, std::string fingerprint) override;
  rpc::Reply<pb::Shipment> Get(const rpc::CallContext& call, std::string key) override;
  rpc::Reply<pb::Shipment> Cancel(const rpc::CallContext& call, std::string key) override;

  // Tells whether the store can do its work, whenever that changes (see sqlite::Database::WatchHealth).
  void WatchHealth(std::function<void(bool able)> watch) { database_->WatchHealth(std::move(watch)); }

 private:
  explicit SqliteShipmentStore(std::unique_ptr<sqlite::Database> database) : database_(std::move(database)) {}
  const std::unique_ptr<sqlite::Database> database_;
};

}  // namespace boutique::shipping
