// SPDX-License-Identifier: Apache-2.0
// A SQLite connection that throws nothing and keeps its prepared statements.
// Threads: belongs to one; work gets it from Database, on the database's own.
//
// The first failure sticks: after it every statement of the same piece of work does nothing and finds nothing, and
// Database answers the failure whatever the work returns. So work needs no check after each statement.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <type_traits>
#include <variant>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace SQLite {
class Database;
class Statement;
}  // namespace SQLite

namespace boutique::sqlite {

// Bytes that are stored as they are.
struct Blob {
  absl::string_view bytes;
};

// What is bound to a parameter. Refers to the text until the statement has been bound, no longer.
class Value {
 public:
  Value(std::nullptr_t) : value_(nullptr) {}
  template <typename Integer, std::enable_if_t<std::is_integral_v<Integer>, int> = 0>
  Value(Integer value) : value_(static_cast<std::int64_t>(value)) {}
  Value(double value) : value_(value) {}
  Value(absl::string_view value) : value_(value) {}
  Value(const std::string& value) : value_(absl::string_view(value)) {}
  Value(const char* value) : value_(absl::string_view(value)) {}
  Value(Blob value) : value_(value) {}

 private:
  friend class Connection;
  std::variant<std::nullptr_t, std::int64_t, double, absl::string_view, Blob> value_;
};

class Connection;

// What a query found. Begins before the first row: `while (rows.Next()) …`. The connection outlives it.
class Rows final {
 public:
  Rows(Rows&& other) noexcept;
  Rows& operator=(Rows&&) = delete;
  ~Rows();

  // Whether there is one more row; false after the last and after a failure.
  bool Next();

  // A column of the present row, counted from 0; 0 and "" for NULL.
  std::int64_t Integer(int column) const;
  double Real(int column) const;
  std::string Text(int column) const;  // of blobs too
  bool IsNull(int column) const;

 private:
  friend class Connection;
  Rows(Connection& connection, std::unique_ptr<SQLite::Statement> statement);
  Connection* connection_;
  std::unique_ptr<SQLite::Statement> statement_;  // null after a failure
};

class Connection final {
 public:
  // Opens or makes the file, or ":memory:", with a write-ahead log, full synchronization and foreign keys.
  // FAILED_PRECONDITION if it is no database or cannot be opened, UNAVAILABLE if the disk does not work or is full.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Runs one statement with rows to read: `Query("SELECT name FROM products WHERE id = ?", {id})`. Its text must be a
  // constant, because prepared statements are kept by it for ever.
  Rows Query(absl::string_view sql, std::initializer_list<Value> values = {});
  // Runs one statement to its end: how many rows it changed.
  std::int64_t Execute(absl::string_view sql, std::initializer_list<Value> values = {});
  // Runs any number of statements without parameters.
  void Script(const std::string& sql);

  // The first failure: UNAVAILABLE if the disk, the file or a lock is to blame, otherwise INTERNAL.
  const absl::Status& status() const { return status_; }
  // Returns the failure and forgets it.
  absl::Status TakeStatus();
  // Whether a transaction is open. A failing disk ends it without being asked.
  bool InTransaction() const;

 private:
  friend class Rows;
  explicit Connection(std::unique_ptr<SQLite::Database> database);
  std::unique_ptr<SQLite::Statement> Take(absl::string_view sql);
  void GiveBack(std::unique_ptr<SQLite::Statement> statement);
  // Runs `step` unless something has failed before, and keeps what it throws.
  template <typename Step>
  void Guard(Step step);

  std::unique_ptr<SQLite::Database> database_;
  absl::flat_hash_map<std::string, std::unique_ptr<SQLite::Statement>> idle_;
  absl::Status status_;
};

}  // namespace boutique::sqlite
