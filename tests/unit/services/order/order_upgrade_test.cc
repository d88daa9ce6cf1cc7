// SPDX-License-Identifier: Apache-2.0
// Orders that older versions of the schema kept, under today's program. The first version's text is repeated here as it
// was released.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "sample_order.h"
#include "services/order/order_schema.h"
#include "services/order/sql_order_store.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/store_engines.h"

namespace boutique::order {
namespace {

const sql::Schema kFirst = {
    .name = "orders",
    .sqlite = {R"sql(
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
      )sql"},
};

// The schema as it was after that many scripts of each engine's.
sql::Schema After(std::size_t scripts) {
  if (scripts == 1) return kFirst;
  sql::Schema old = OrderSchema();
  old.sqlite.resize(std::min(scripts, old.sqlite.size()));
  old.postgres.resize(std::min(scripts, old.postgres.size()));
  return old;
}

template <typename Engine>
struct OldOrders : testing::LoopCall {
  // What the first version's store wrote.
  pb::Order Keep(sql::Database& database, pb::OrderState state) {
    pb::Order order = SampleOrder("ann", absl::StrCat("key-of-one-that-is-", pb::OrderState_Name(state)));
    order.set_state(state);
    order.set_epoch(1);
    order.set_created_at_ms(1000);
    order.set_updated_at_ms(2000);
    const std::string message = order.SerializeAsString();
    auto keep = [&](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
      return connection.Execute(
          "INSERT INTO orders (order_id, user_id, idempotency_key, state, epoch, created_at_ms, updated_at_ms, "
          "message) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          {order.order_id(), order.user_id(), order.idempotency_key(), static_cast<int>(order.state()), order.epoch(),
           order.created_at_ms(), order.updated_at_ms(), sql::Blob{message}});
    };
    REQUIRE_OK(Get(database.Write(call, std::move(keep))));
    return order;
  }
  absl::StatusOr<pb::Order> Find(OrderStore& store, const pb::Order& order) {
    pb::GetOrderRequest which;
    which.set_user_id(order.user_id());
    which.set_order_id(order.order_id());
    return Get(store.Find(call, which));
  }
  Engine engine;
};

TEMPLATE_TEST_CASE_METHOD(OldOrders, "orders of every older version are there, and go on", "[order]",
                          testing::SqliteInFile, testing::Postgres) {
  const std::size_t newest = std::max(OrderSchema().sqlite.size(), OrderSchema().postgres.size());
  for (std::size_t scripts = 1; scripts < newest; ++scripts) {
    CAPTURE(scripts);
    OldOrders<TestType> shop;
    std::vector<pb::Order> orders;
    {
      const auto old = shop.engine.Open(After(scripts));
      for (const auto state : {pb::SHIPPING, pb::CANCELLED, pb::NEEDS_ATTENTION, pb::CONFIRMED}) {
        orders.push_back(shop.Keep(*old, state));
      }
    }
    const auto database = shop.engine.Open(OrderSchema());
    SqlOrderStore store(*database);
    for (const pb::Order& order : orders) {
      const auto found = shop.Find(store, order);
      REQUIRE_OK(found);
      CHECK(found->SerializeAsString() == order.SerializeAsString());
    }
    const auto page = shop.Get(store.List(shop.call, "ann", "", 10));
    REQUIRE_OK(page);
    CHECK(page->orders.size() == 4);
    const auto stuck = shop.Get(store.List(shop.call, "", "", 10));
    REQUIRE_OK(stuck);
    REQUIRE(stuck->orders.size() == 1);
    CHECK(stuck->orders[0].order_id() == orders[2].order_id());
    // An end is announced, also of an order that was begun before there were events.
    const OrderStore::Change confirm = [](pb::Order* order) {
      order->set_state(pb::CONFIRMED);
      return absl::OkStatus();
    };
    REQUIRE_OK(shop.Get(store.Apply(shop.call, orders[0].order_id(), confirm)));
    auto count = [](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
      sql::Rows rows = connection.Query("SELECT count(*) FROM order_events");
      return rows.Next() ? rows.Integer(0) : -1;
    };
    const auto events = shop.Get(database->Read(shop.call, std::move(count)));
    REQUIRE_OK(events);
    CHECK(*events == 1);
    // The next order follows the newest of the old ones, and only one does.
    pb::Order next = SampleOrder("ann", "key-of-the-next-order");
    next.set_previous_order_id(orders[3].order_id());
    REQUIRE_OK(shop.Get(store.Create(shop.call, next)));
    pb::Order other = SampleOrder("ann", "key-of-another-order");
    other.set_previous_order_id(orders[3].order_id());
    CHECK_CODE(shop.Get(store.Create(shop.call, other)), kAborted);
  }
}

// What the first version of SQLite's did not write down: which orders are still to be brought to an end.
TEST_CASE("open orders of the first version are claimed", "[order]") {
  OldOrders<testing::SqliteInFile> shop;
  pb::Order open;
  {
    const auto old = shop.engine.Open(kFirst);
    shop.Keep(*old, pb::CONFIRMED);
    open = shop.Keep(*old, pb::SHIPPING);
    shop.Keep(*old, pb::NEEDS_ATTENTION);
  }
  const auto database = shop.engine.Open(OrderSchema());
  SqlOrderStore store(*database);
  const auto claims = shop.Get(store.ClaimStale(shop.call, 10'000, 10, [](pb::Order*) { return absl::OkStatus(); }));
  REQUIRE_OK(claims);
  REQUIRE(claims->size() == 1);
  CHECK(claims->front().order_id() == open.order_id());
  CHECK(shop.Get(store.Measure(shop.call))->need_attention == 1);
}

}  // namespace
}  // namespace boutique::order
