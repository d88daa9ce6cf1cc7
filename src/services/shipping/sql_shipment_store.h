// SPDX-License-Identifier: Apache-2.0
// Shipments in a relational database.
// Threads: as ShipmentStore.
#pragma once

#include <string>

#include "platform/storage/sql/database.h"
#include "services/shipping/shipment_store.h"

namespace boutique::shipping {

class SqlShipmentStore final : public ShipmentStore {
 public:
  // `database` has the tables of ShipmentSchema and outlives the store.
  explicit SqlShipmentStore(sql::Database& database) : database_(database) {}

  rpc::Reply<pb::Shipment> Ship(const rpc::CallContext& call, pb::Shipment shipment, std::string fingerprint) override;
  rpc::Reply<pb::Shipment> Get(const rpc::CallContext& call, std::string key) override;
  rpc::Reply<pb::Shipment> Cancel(const rpc::CallContext& call, std::string key) override;

 private:
  sql::Database& database_;
};

}  // namespace boutique::shipping
