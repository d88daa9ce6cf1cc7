// SPDX-License-Identifier: Apache-2.0
// Keeps orders in a relational database.
// Threads: safe from any loop.
//
// A row is an order: its serialized message, and beside it as columns what orders are found and counted by. An order is
// always read and written whole, so tables of lines would only have to be joined again; a new field of the message
// needs no migration. The message is the truth, the columns are copies made in the same statement.
//
// An order's next change mostly follows its last in a moment, through the same replica: so the store remembers what it
// last wrote of open orders, and a change is one statement, which takes effect only if that is still what is stored.
// Otherwise the order is read first.
#pragma once

#include <string>

#include "platform/storage/sql/database.h"
#include "services/order/order_store.h"
#include "services/order/recent_orders.h"

namespace boutique::order {

class SqlOrderStore final : public OrderStore {
 public:
  // `database` has the tables of OrderSchema and outlives the store.
  explicit SqlOrderStore(sql::Database& database) : database_(database) {}

  rpc::Reply<pb::Order> Create(const rpc::CallContext& call, const pb::Order& order) override;
  rpc::Reply<pb::Order> Apply(const rpc::CallContext& call, const std::string& order_id, const Change& change) override;
  rpc::Reply<pb::Order> Find(const rpc::CallContext& call, const pb::GetOrderRequest& which) override;
  rpc::Reply<Page> List(const rpc::CallContext& call, const std::string& user_id, const std::string& after,
                        int most) override;
  rpc::Reply<std::vector<pb::Order>> ClaimStale(const rpc::CallContext& call, std::int64_t now_ms, int most,
                                                const Change& change) override;
  rpc::Reply<Backlog> Measure(const rpc::CallContext& call) override;

 private:
  sql::Database& database_;
  RecentOrders recent_;
};

}  // namespace boutique::order
