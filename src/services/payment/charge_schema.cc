// SPDX-License-Identifier: Apache-2.0
#include "services/payment/charge_schema.h"

namespace boutique::payment {

const sql::Schema& ChargeSchema() {
  static const sql::Schema schema = {
      .name = "payments",
      .sqlite = {R"sql(
        CREATE TABLE charges (
          idempotency_key TEXT PRIMARY KEY,
          state INTEGER NOT NULL,
          transaction_id TEXT NOT NULL DEFAULT '',
          currency TEXT NOT NULL DEFAULT '',
          units INTEGER NOT NULL DEFAULT 0,
          nanos INTEGER NOT NULL DEFAULT 0,
          card_brand TEXT NOT NULL DEFAULT '',
          card_last_four TEXT NOT NULL DEFAULT '',
          fingerprint TEXT NOT NULL DEFAULT '',
          reason TEXT NOT NULL DEFAULT ''
        ) STRICT, WITHOUT ROWID;
      )sql",
                 // Payments at a processor that were begun and may not have ended.
                 R"sql(
        ALTER TABLE charges ADD COLUMN attempt TEXT NOT NULL DEFAULT '';
        ALTER TABLE charges ADD COLUMN attempted_at_ms INTEGER NOT NULL DEFAULT 0;
      )sql"},
      .postgres = {R"sql(
        CREATE SCHEMA IF NOT EXISTS payments;
        CREATE TABLE charges (
          idempotency_key TEXT PRIMARY KEY,
          state BIGINT NOT NULL,
          transaction_id TEXT NOT NULL DEFAULT '',
          currency TEXT NOT NULL DEFAULT '',
          units BIGINT NOT NULL DEFAULT 0,
          nanos BIGINT NOT NULL DEFAULT 0,
          card_brand TEXT NOT NULL DEFAULT '',
          card_last_four TEXT NOT NULL DEFAULT '',
          fingerprint TEXT NOT NULL DEFAULT '',
          reason TEXT NOT NULL DEFAULT ''
        );
      )sql",
                   R"sql(
        ALTER TABLE charges ADD COLUMN attempt TEXT NOT NULL DEFAULT '';
        ALTER TABLE charges ADD COLUMN attempted_at_ms BIGINT NOT NULL DEFAULT 0;
      )sql"},
  };
  return schema;
}

}  // namespace boutique::payment
