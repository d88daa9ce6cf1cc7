// SPDX-License-Identifier: Apache-2.0
// Keeps orders in a SQLite file, or in memory.
// Threads: safe from any loop.
//
// A row is an order: its serialized message, and beside it as columns what orders are found and counted by. An order is
// always read and written whole, so tables of lines would only have to be joined again; a new field of the message
// needs no migration. The message is the truth, the columns are copies made in the same statement.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "platform/storage/sqlite/database.h"
#include "services/order/order_store.h"

namespace boutique::order {

class SqliteOrderStore final : public OrderStore {
 public:
  // The file, or ":memory:", made and migrated as needed; with the errors of sqlite::OpenFile.
  static absl::StatusOr<std::unique_ptr<SqliteOrderStore>> Open(const std::string& path);

  rpc::Reply<pb::Order> Create(const rpc::CallContext& call, const pb::Order& order) override;
  rpc::Reply<pb::Order> Apply(const rpc::CallContext& call, const std::string& order_id, const Change& change) override;
  rpc::Reply<pb::Order> Find(const rpc::CallContext& call, const pb::GetOrderRequest& which) override;
  rpc::Reply<Page> List(const rpc::CallContext& call, const std::string& user_id, const std::string& after,
                        int most) override;
  rpc::Reply<Claims> ClaimStale(const rpc::CallContext& call, std::int64_t now_ms, int most,
                                const Change& change) override;

  sqlite::Database& database() { return *database_; }

 private:
  explicit SqliteOrderStore(std::unique_ptr<sqlite::Database> database) : database_(std::move(database)) {}

  const std::unique_ptr<sqlite::Database> database_;
};

}  // namespace boutique::order
