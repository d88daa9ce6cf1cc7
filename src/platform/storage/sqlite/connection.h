// SPDX-License-Identifier: Apache-2.0
// A SQLite connection that throws nothing and keeps its prepared statements.
// Threads: belongs to one; work gets it from Database, on the database's own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "platform/storage/sql/connection.h"

namespace SQLite {
class Database;
}  // namespace SQLite

namespace boutique::sqlite {

using sql::Blob;
using sql::Rows;
using sql::Value;

class Connection final : public sql::Connection {
 public:
  // Opens or makes the file, or ":memory:", with a write-ahead log, full synchronization and foreign keys.
  // FAILED_PRECONDITION if it is no database, is damaged or cannot be opened, UNAVAILABLE if the disk does not work or
  // is full.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override;

  Rows Query(absl::string_view sql, Values values = {}) override;
  // A transaction is alone with the file: whatever it reads is as good as locked.
  Rows QueryForUpdate(absl::string_view sql, Values values = {}) override { return Query(sql, values); }
  Rows QueryFreeForUpdate(absl::string_view sql, Values values = {}) override { return Query(sql, values); }
  std::int64_t Execute(absl::string_view sql, Values values = {}) override;
  std::int64_t ExecuteBoth(absl::string_view change, Values change_values, absl::string_view insertion,
                           Values insertion_values) override;
  void Together(const std::function<void()>& steps) override { steps(); }  // all work that writes is a transaction
  // Runs any number of statements without parameters.
  void Script(const std::string& sql);

  const absl::Status& status() const override { return status_; }
  // Returns the failure and forgets it.
  absl::Status TakeStatus();
  // Whether something was read that cannot have been written: from then on.
  bool IsDamaged() const { return damaged_; }
  // Whether a transaction is open. A failing disk ends it without being asked.
  bool InTransaction() const;
  // How many rows were changed since it was opened.
  std::int64_t Changes() const;

 private:
  class Statement;
  explicit Connection(std::unique_ptr<SQLite::Database> database);
  std::unique_ptr<Statement> Take(absl::string_view sql);
  // The statement with its values bound; null after a failure. Its GiveBack ends its use.
  Statement* Begin(absl::string_view sql, Values values);
  // Runs `step` unless something has failed before, and keeps what it throws.
  template <typename Step>
  void Guard(Step step);

  std::unique_ptr<SQLite::Database> database_;
  absl::flat_hash_map<std::string, std::unique_ptr<Statement>> idle_;
  absl::Status status_;
  bool damaged_ = false;
};

}  // namespace boutique::sqlite
