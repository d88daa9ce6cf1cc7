// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/shipment_schema.h"

namespace boutique::shipping {

const sql::Schema& ShipmentSchema() {
  static const sql::Schema schema = {
      .name = "shipments",
      .sqlite = {R"sql(
        CREATE TABLE shipments (
          idempotency_key TEXT PRIMARY KEY,
          tracking_id TEXT NOT NULL,
          state INTEGER NOT NULL,
          fingerprint TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
      )sql",
                 R"sql(
        CREATE TABLE picking_lists (
          order_id TEXT PRIMARY KEY,
          made_at_ms INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
      )sql",
                 R"sql(
        -- What is to be packed, and where it goes, for the person who does it.
        ALTER TABLE picking_lists ADD COLUMN contents TEXT NOT NULL DEFAULT '';
      )sql"},
      .postgres = {R"sql(
        CREATE SCHEMA IF NOT EXISTS shipments;
        CREATE TABLE shipments (
          idempotency_key TEXT PRIMARY KEY,
          tracking_id TEXT NOT NULL,
          state BIGINT NOT NULL,
          fingerprint TEXT NOT NULL
        );
      )sql",
                   R"sql(
        CREATE TABLE picking_lists (
          order_id TEXT PRIMARY KEY,
          made_at_ms BIGINT NOT NULL
        );
      )sql",
                   R"sql(
        -- What is to be packed, and where it goes, for the person who does it.
        ALTER TABLE picking_lists ADD COLUMN contents TEXT NOT NULL DEFAULT '';
      )sql"},
  };
  return schema;
}

}  // namespace boutique::shipping
