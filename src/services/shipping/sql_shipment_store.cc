// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/sql_shipment_store.h"

#include <optional>
#include <utility>

namespace boutique::shipping {
namespace {

struct Kept {
  pb::Shipment shipment;
  std::string fingerprint;
};

std::optional<Kept> Find(sql::Connection& connection, const std::string& key) {
  sql::Rows rows = connection.Query(
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

rpc::Reply<pb::Shipment> SqlShipmentStore::Ship(const rpc::CallContext& call, pb::Shipment shipment,
                                                std::string fingerprint) {
  auto ship = [&shipment, &fingerprint](sql::Connection& connection) -> absl::StatusOr<pb::Shipment> {
    shipment.set_state(pb::Shipment::SHIPPED);
    const std::int64_t inserted = connection.Execute(
        "INSERT INTO shipments (idempotency_key, tracking_id, state, fingerprint) VALUES (?, ?, ?, ?) "
        "ON CONFLICT DO NOTHING",
        {shipment.idempotency_key(), shipment.tracking_id(), static_cast<int>(shipment.state()), fingerprint});
    if (inserted == 1) return shipment;
    auto kept = Find(connection, shipment.idempotency_key());
    if (!kept.has_value()) return absl::UnavailableError("a shipment was there and is not");
    if (kept->shipment.state() == pb::Shipment::CANCELLED) {
      return absl::FailedPreconditionError("the shipment of this key was cancelled");
    }
    if (kept->fingerprint != fingerprint) {
      return absl::AlreadyExistsError("idempotency_key: was used for another parcel");
    }
    return std::move(kept->shipment);
  };
  auto kept = co_await database_.WriteOnce(call, std::move(ship));
  co_return std::move(kept);
}

rpc::Reply<pb::Shipment> SqlShipmentStore::Get(const rpc::CallContext& call, std::string key) {
  auto get = [&key](sql::Connection& connection) -> absl::StatusOr<pb::Shipment> {
    auto kept = Find(connection, key);
    if (!kept.has_value()) return absl::NotFoundError("no shipment has this key");
    return std::move(kept->shipment);
  };
  auto shipment = co_await database_.Read(call, std::move(get));
  co_return std::move(shipment);
}

rpc::Reply<pb::Shipment> SqlShipmentStore::Cancel(const rpc::CallContext& call, std::string key) {
  auto cancel = [&key](sql::Connection& connection) -> absl::StatusOr<pb::Shipment> {
    connection.Execute(
        "INSERT INTO shipments (idempotency_key, tracking_id, state, fingerprint) VALUES (?, '', ?, '') "
        "ON CONFLICT (idempotency_key) DO UPDATE SET state = excluded.state",
        {key, static_cast<int>(pb::Shipment::CANCELLED)});
    auto kept = Find(connection, key);
    if (!kept.has_value()) return absl::UnavailableError("a shipment was there and is not");
    return std::move(kept->shipment);
  };
  auto shipment = co_await database_.WriteOnce(call, std::move(cancel));
  co_return std::move(shipment);
}

}  // namespace boutique::shipping
