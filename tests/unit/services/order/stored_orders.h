// SPDX-License-Identifier: Apache-2.0
// Orders in a store of the given engine, for what is promised of every OrderStore.
// Threads: belongs to one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sample_order.h"
#include "services/order/order_schema.h"
#include "services/order/order_store.h"
#include "services/order/sql_order_store.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/store_engines.h"

namespace boutique::order {

template <typename Engine>
struct Orders : testing::LoopCall {
  absl::StatusOr<pb::Order> Create(const pb::Order& order) { return Get(store->Create(call, order)); }
  absl::StatusOr<pb::Order> Apply(const std::string& id, const OrderStore::Change& change) {
    return Get(store->Apply(call, id, change));
  }
  absl::StatusOr<pb::Order> Find(const std::string& user, const std::string& id) {
    pb::GetOrderRequest which;
    which.set_user_id(user);
    which.set_order_id(id);
    return Get(store->Find(call, which));
  }
  absl::StatusOr<pb::Order> FindByKey(const std::string& user, const std::string& key) {
    pb::GetOrderRequest which;
    which.set_user_id(user);
    which.set_idempotency_key(key);
    return Get(store->Find(call, which));
  }
  absl::StatusOr<OrderStore::Page> List(const std::string& user, const std::string& after, int most) {
    return Get(store->List(call, user, after, most));
  }
  std::vector<std::string> CreateMany(const std::string& user, int count) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) {
      const auto order = Create(SampleOrder(user, "key-of-many-" + std::to_string(1000 + i)));
      REQUIRE_OK(order);
      ids.push_back(order->order_id());
    }
    return ids;
  }

  void Reopen() {
    store.reset();
    database.reset();
    database = engine.Open(OrderSchema());
    store = std::make_unique<SqlOrderStore>(*database);
  }

  Engine engine;
  std::unique_ptr<sql::Database> database = engine.Open(OrderSchema());
  std::unique_ptr<OrderStore> store = std::make_unique<SqlOrderStore>(*database);
};

// As order_service's change: takes the order over for a minute.
inline OrderStore::Change TakeOver(std::int64_t now_ms) {
  return [now_ms](pb::Order* order) {
    if (order->lease_until_ms() > now_ms) return absl::FailedPreconditionError("is being worked on");
    order->set_epoch(order->epoch() + 1);
    order->set_lease_until_ms(now_ms + 60000);
    return absl::OkStatus();
  };
}

// An order that is drafted when `previous` was its buyer's newest.
inline pb::Order After(const std::string& previous, const std::string& key, const std::string& user = "ann") {
  pb::Order order = SampleOrder(user, key);
  order.set_previous_order_id(previous);
  return order;
}

}  // namespace boutique::order
