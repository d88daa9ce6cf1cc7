// SPDX-License-Identifier: Apache-2.0
// Named counters in a database of the test's own, and the work that adds to them.
// Threads: belongs to the test's.
#pragma once

#include <memory>
#include <string>

#include "platform/storage/postgres/database.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/postgres_server.h"

namespace boutique::postgres {

inline const sql::Schema& CounterSchema() {
  static const sql::Schema schema = {
      "counting", {}, {"CREATE SCHEMA counting; CREATE TABLE counters (name TEXT PRIMARY KEY, value BIGINT NOT NULL)"}};
  return schema;
}

inline absl::StatusOr<std::int64_t> ValueIn(sql::Connection& connection, absl::string_view name) {
  sql::Rows rows = connection.Query("SELECT value FROM counters WHERE name = ?", {name});
  if (!rows.Next()) return absl::NotFoundError("no such counter");
  return rows.Integer(0);
}

inline absl::StatusOr<std::int64_t> AddIn(sql::Connection& connection, absl::string_view name, std::int64_t amount) {
  connection.Execute(
      "INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = counters.value + "
      "excluded.value",
      {name, amount});
  return ValueIn(connection, name);
}

struct Counters : testing::LoopCall {
  explicit Counters(testing::PostgresServer& server = testing::PostgresServer::Shared(), int connections = 4)
      : url(server.NewDatabase()) {
    Reopen(connections);
  }
  void Reopen(int connections = 4) {
    database.reset();
    auto opened = postgres::Database::Open(*ParseUrl(url), CounterSchema(), connections);
    REQUIRE_OK(opened);
    database = *std::move(opened);
  }
  rpc::Reply<std::int64_t> Add(const rpc::CallContext& on, std::string name, std::int64_t amount) {
    auto add = [&](sql::Connection& connection) { return AddIn(connection, name, amount); };
    co_return co_await database->Write(on, std::move(add));
  }
  absl::StatusOr<std::int64_t> Value(absl::string_view name) {
    auto read = [&](sql::Connection& connection) { return ValueIn(connection, name); };
    return Get(database->Read(call, std::move(read)));
  }
  std::string Do(const std::string& statement) const { return testing::PostgresServer::Do(url, statement); }
  // Ends every connection that this database has but the one that asks.
  void CutAll() const {
    Do("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
       "current_database()");
  }

  const std::string url;
  std::unique_ptr<postgres::Database> database;
};

}  // namespace boutique::postgres
