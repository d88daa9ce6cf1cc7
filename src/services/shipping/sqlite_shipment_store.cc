// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/sqlite_shipment_store.h"

#include <optional>
#include <utility>

namespace boutique::shipping {
namespace {

const sqlite::Migrations kMigrations = {R"sql(
  CREATE TABLE shipments (
    idempotency_key TEXT PRIMARY KEY,
    tracking_id TEXT NOT NULL,
    state INTEGER NOT NULL,
    fingerprint TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
)sql"};

struct Kept {
  pb::Shipment shipment;
  std::string fingerprint;
};

std::optional<Kept> Find(sqlite::Connection& connection, const std::string& key) {
  sqlite::Rows rows = connection.Query(
      "SELECT tracking_id, state, fingerprint FROM shipments WHERE idempotency_key = ?", {key});
  if (!rows.Next()) return std::nullopt;
  Kept kept;
  kept.shipment.set_idempotency_key(key);
  kept.shipment.set_tracking_id(rows.Text(0));
  kept.shipment.set_state(static_cast<pb::Shipment::State>(rows.Integer(1)));
  kept.fingerprint = rows.Text(2);
  return kept;
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteShipmentStore>> SqliteShipmentStore::Open(const std::string& path) {
  auto database = sqlite::Database::Open(path, kMigrations);
  if (!database.ok()) return database.status();
  return std::unique_ptr<SqliteShipmentStore>(new SqliteShipmentStore(*std::move(database)));
}

rpc::Reply<pb::Shipment> SqliteShipmentStore::Ship(const rpc::CallContext& call, pb::Shipment shipment,
                                                   std::string fingerprint) {
  auto ship = [&shipment, &fingerprint](sqlite::Connection& connection) -> absl::StatusOr<pb::Shipment> {
    if (const auto kept = Find(connection, shipment.idempotency_key()); kept.has_value()) {
      if (kept->shipment.state() == pb::Shipment::CANCELLED) {
        return absl::FailedPreconditionError("the shipment of this key was cancelled");
      }
      if (kept->fingerprint != fingerprint) {
        return absl::AlreadyExistsError("idempotency_key: was used for another parcel");
      }
      return kept->shipment;
    }
    shipment.set_state(pb::Shipment::SHIPPED);
    connection.Execute("INSERT INTO shipments (idempotency_key, tracking_id, state, fingerprint) VALUES (?, ?, ?, ?)",
                       {shipment.idempotency_key(), shipment.tracking_id(), static_cast<int>(shipment.state()),
                        fingerprint});
    return shipment;
  };
  auto kept = co_await database_->Write(call, std::move(ship));
  co_return std::move(kept);
}

rpc::Reply<pb::Shipment> SqliteShipmentStore::Get(const rpc::CallContext& call, std::string key) {
  auto get = [&key](sqlite::Connection& connection) -> absl::StatusOr<pb::Shipment> {
    auto kept = Find(connection, key);
    if (!kept.has_value()) return absl::NotFoundError("no shipment has this key");
    return std::move(kept->shipment);
  };
  auto shipment = co_await database_->Read(call, std::move(get));
  co_return std::move(shipment);
}

rpc::Reply<pb::Shipment> SqliteShipmentStore::Cancel(const rpc::CallContext& call, std::string key) {
  auto cancel = [&key](sqlite::Connection& connection) -> absl::StatusOr<pb::Shipment> {
    auto kept = Find(connection, key);
    pb::Shipment shipment = kept.has_value() ? std::move(kept->shipment) : pb::Shipment();
    shipment.set_idempotency_key(key);
    shipment.set_state(pb::Shipment::CANCELLED);
    connection.Execute(
        "INSERT INTO shipments (idempotency_key, tracking_id, state, fingerprint) VALUES (?, '', ?, '') "
        "ON CONFLICT (idempotency_key) DO UPDATE SET state = excluded.state",
        {key, static_cast<int>(shipment.state())});
    return shipment;
  };
  auto shipment = co_await database_->Write(call, std::move(cancel));
  co_return std::move(shipment);
}

}  // namespace boutique::shipping
