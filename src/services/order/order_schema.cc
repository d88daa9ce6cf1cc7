// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_schema.h"

namespace boutique::order {

const sql::Schema& OrderSchema() {
  static const sql::Schema schema = {
      .name = "orders",
      .sqlite =
          {R"sql(
        CREATE TABLE orders (
          sequence        INTEGER PRIMARY KEY,  -- in the order of creation
          order_id        TEXT NOT NULL UNIQUE,
          user_id         TEXT NOT NULL,
          idempotency_key TEXT NOT NULL,
          state           INTEGER NOT NULL,
          epoch           INTEGER NOT NULL,
          created_at_ms   INTEGER NOT NULL,
          updated_at_ms   INTEGER NOT NULL,
          message         BLOB NOT NULL,        -- hipstershop.Order
          UNIQUE (user_id, idempotency_key)
        ) STRICT;
        CREATE INDEX orders_of_user ON orders (user_id, sequence);
      )sql",
                 R"sql(
        -- When an order that is not at an end may be taken over; NULL for others.
        ALTER TABLE orders ADD COLUMN due_at_ms INTEGER;
        UPDATE orders SET due_at_ms = 0 WHERE state NOT IN (6, 9, 10);
        CREATE INDEX orders_by_due ON orders (due_at_ms, created_at_ms) WHERE due_at_ms IS NOT NULL;
        CREATE INDEX orders_that_need_attention ON orders (sequence) WHERE state = 10;
      )sql",
                 R"sql(
        -- The outbox: what is announced of orders, until it is published and for a week after that.
        CREATE TABLE order_events (
          sequence        INTEGER PRIMARY KEY,
          event_id        TEXT NOT NULL UNIQUE,
          type            TEXT NOT NULL,
          occurred_at_ms  INTEGER NOT NULL,
          taken_until_ms  INTEGER NOT NULL,     -- by somebody who is delivering it
          published_at_ms INTEGER,
          message         BLOB NOT NULL         -- hipstershop.OrderEvent
        ) STRICT;
        CREATE INDEX order_events_to_publish ON order_events (sequence) WHERE published_at_ms IS NULL;
        CREATE INDEX order_events_to_forget ON order_events (published_at_ms) WHERE published_at_ms IS NOT NULL;
      )sql",
                 R"sql(
        -- An order's predecessor among its buyer's, where its maker said which that is: no two have the same.
        ALTER TABLE orders ADD COLUMN previous_order_id TEXT;
        CREATE UNIQUE INDEX orders_by_previous ON orders (user_id, previous_order_id)
          WHERE previous_order_id IS NOT NULL;
      )sql",
                 R"sql(
        -- How often an event was tried in vain. New ones come first, then those whose next try is due first.
        ALTER TABLE order_events ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
        DROP INDEX order_events_to_publish;
        CREATE INDEX order_events_to_publish ON order_events (taken_until_ms, sequence) WHERE published_at_ms IS NULL;
      )sql"},
      .postgres = {R"sql(
        CREATE SCHEMA IF NOT EXISTS orders;
        CREATE TABLE orders (
          sequence        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          order_id        TEXT NOT NULL UNIQUE,
          user_id         TEXT NOT NULL,
          idempotency_key TEXT NOT NULL,
          state           BIGINT NOT NULL,
          epoch           BIGINT NOT NULL,
          created_at_ms   BIGINT NOT NULL,
          updated_at_ms   BIGINT NOT NULL,
          due_at_ms       BIGINT,
          message         BYTEA NOT NULL,
          UNIQUE (user_id, idempotency_key)
        );
        CREATE INDEX orders_of_user ON orders (user_id, sequence);
        CREATE INDEX orders_by_due ON orders (due_at_ms, created_at_ms) WHERE due_at_ms IS NOT NULL;
        CREATE INDEX orders_that_need_attention ON orders (sequence) WHERE state = 10;
      )sql",
                   R"sql(
        CREATE TABLE order_events (
          sequence        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          event_id        TEXT NOT NULL UNIQUE,
          type            TEXT NOT NULL,
          occurred_at_ms  BIGINT NOT NULL,
          taken_until_ms  BIGINT NOT NULL,
          published_at_ms BIGINT,
          message         BYTEA NOT NULL
        );
        CREATE INDEX order_events_to_publish ON order_events (sequence) WHERE published_at_ms IS NULL;
        CREATE INDEX order_events_to_forget ON order_events (published_at_ms) WHERE published_at_ms IS NOT NULL;
      )sql",
                   R"sql(
        -- An order's predecessor among its buyer's, where its maker said which that is: no two have the same.
        ALTER TABLE orders ADD COLUMN previous_order_id TEXT;
        CREATE UNIQUE INDEX orders_by_previous ON orders (user_id, previous_order_id)
          WHERE previous_order_id IS NOT NULL;
      )sql",
                   R"sql(
        -- How often an event was tried in vain. New ones come first, then those whose next try is due first.
        ALTER TABLE order_events ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
        DROP INDEX order_events_to_publish;
        CREATE INDEX order_events_to_publish ON order_events (taken_until_ms, sequence) WHERE published_at_ms IS NULL;
      )sql"},
  };
  return schema;
}

}  // namespace boutique::order
