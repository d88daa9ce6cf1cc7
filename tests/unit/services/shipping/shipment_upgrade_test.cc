// SPDX-License-Identifier: Apache-2.0
// Shipments that the first version of the schema kept, under today's program. Its text is repeated here as it was
// released.
#include "services/shipping/shipment_schema.h"
#include "services/shipping/sql_shipment_store.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/store_engines.h"

namespace boutique::shipping {
namespace {

const sql::Schema kFirst = {
    .name = "shipments",
    .sqlite = {R"sql(
        CREATE TABLE shipments (
          idempotency_key TEXT PRIMARY KEY,
          tracking_id TEXT NOT NULL,
          state INTEGER NOT NULL,
          fingerprint TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
      )sql"},
    .postgres = {R"sql(
        CREATE SCHEMA IF NOT EXISTS shipments;
        CREATE TABLE shipments (
          idempotency_key TEXT PRIMARY KEY,
          tracking_id TEXT NOT NULL,
          state BIGINT NOT NULL,
          fingerprint TEXT NOT NULL
        );
      )sql"},
};

template <typename Engine>
struct OldShipments : testing::LoopCall {
  // One that is on its way and one that was called back.
  void KeepTwo() {
    auto keep = [](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
      return connection.Execute(
          "INSERT INTO shipments (idempotency_key, tracking_id, state, fingerprint) VALUES "
          "('the-key-of-one-shipped', 'QK-34-1710483920', 1, 'f00d'), ('the-key-of-one-called-back', '', 2, '')");
    };
    const auto old = engine.Open(kFirst);
    const auto kept = Get(old->Write(call, std::move(keep)));
    REQUIRE_OK(kept);
    REQUIRE(*kept == 2);
  }
  static pb::Shipment Parcel(const std::string& key) {
    pb::Shipment shipment;
    shipment.set_idempotency_key(key);
    shipment.set_tracking_id("AB-12-3456789");
    return shipment;
  }
  Engine engine;
};

TEMPLATE_TEST_CASE_METHOD(OldShipments, "shipments of the first version are there, and go on", "[shipping]",
                          testing::SqliteInFile, testing::Postgres) {
  this->KeepTwo();
  const auto database = this->engine.Open(ShipmentSchema());
  SqlShipmentStore store(*database);
  const auto shipped = this->Get(store.Get(this->call, "the-key-of-one-shipped"));
  REQUIRE_OK(shipped);
  CHECK(shipped->state() == pb::Shipment::SHIPPED);
  CHECK(shipped->tracking_id() == "QK-34-1710483920");
  const auto again = this->Get(store.Ship(this->call, this->Parcel("the-key-of-one-shipped"), "f00d"));
  REQUIRE_OK(again);
  CHECK(again->tracking_id() == "QK-34-1710483920");
  CHECK_CODE(this->Get(store.Ship(this->call, this->Parcel("the-key-of-one-called-back"), "beef")),
             kFailedPrecondition);
  const auto cancelled = this->Get(store.Cancel(this->call, "the-key-of-one-shipped"));
  REQUIRE_OK(cancelled);
  CHECK(cancelled->state() == pb::Shipment::CANCELLED);
  REQUIRE_OK(this->Get(store.Ship(this->call, this->Parcel("the-key-of-a-new-one"), "f00d")));
}

}  // namespace
}  // namespace boutique::shipping
