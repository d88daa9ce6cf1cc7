// SPDX-License-Identifier: Apache-2.0
// A connection to a relational database of any engine, as the work of a store sees it.
// Threads: belongs to one; work gets it from Database, for as long as it runs.
//
// The first failure sticks: after it every statement of the same piece of work does nothing and finds nothing, and
// Database answers the failure whatever the work returns. So work needs no check after each statement.
//
// A statement's text is a constant, because engines keep what they prepared by it for ever; its parameters are written
// `?`. It is written in what the engines have in common.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "platform/storage/sql/value.h"

namespace boutique::sql {

// An engine's reading of one statement's result.
class Cursor {
 public:
  virtual bool Next() = 0;
  virtual std::int64_t Integer(int column) const = 0;
  virtual double Real(int column) const = 0;
  virtual std::string Text(int column) const = 0;
  virtual bool IsNull(int column) const = 0;
  // The end of the reading: the cursor belongs to its connection again.
  virtual void GiveBack() = 0;

 protected:
  ~Cursor() = default;
};

// What a query found. Begins before the first row: `while (rows.Next()) …`. The connection outlives it.
class Rows final {
 public:
  // For engines; null after a failure.
  explicit Rows(Cursor* cursor) : cursor_(cursor) {}
  Rows(Rows&& other) noexcept : cursor_(std::exchange(other.cursor_, nullptr)) {}
  Rows& operator=(Rows&&) = delete;
  ~Rows() {
    if (cursor_ != nullptr) cursor_->GiveBack();
  }

  // Whether there is one more row; false after the last and after a failure.
  bool Next() { return cursor_ != nullptr && cursor_->Next(); }

  // A column of the present row, counted from 0; 0 and "" for NULL.
  std::int64_t Integer(int column) const { return cursor_->Integer(column); }
  double Real(int column) const { return cursor_->Real(column); }
  std::string Text(int column) const { return cursor_->Text(column); }  // of blobs too
  bool IsNull(int column) const { return cursor_->IsNull(column); }

 private:
  Cursor* cursor_;
};

class Connection {
 public:
  using Values = std::initializer_list<Value>;

  virtual ~Connection() = default;

  // Runs one statement with rows to read: `Query("SELECT name FROM products WHERE id = ?", {id})`.
  virtual Rows Query(absl::string_view sql, Values values = {}) = 0;
  // The same for a SELECT from one table whose rows nobody else changes until this work's transaction ends: it waits
  // for who is changing them and finds them as they are then. Only within Database::Write.
  virtual Rows QueryForUpdate(absl::string_view sql, Values values = {}) = 0;
  // The same, but leaves out the rows that somebody else is changing.
  virtual Rows QueryFreeForUpdate(absl::string_view sql, Values values = {}) = 0;
  // Runs one statement to its end: how many rows it changed.
  virtual std::int64_t Execute(absl::string_view sql, Values values = {}) = 0;
  // Runs `change`, which changes one row at most, and `insertion` if it did: both or neither, for what one of them
  // costs. An insertion reads `INSERT INTO … SELECT ?, …` and no further; where its row is there already, that stays as
  // it is. How many rows `change` changed.
  virtual std::int64_t ExecuteBoth(absl::string_view change, Values change_values, absl::string_view insertion,
                                   Values insertion_values) = 0;
  // Runs the statements of `steps` as one transaction, where Database::WriteOnce makes one of each. Not within another.
  virtual void Together(const std::function<void()>& steps) = 0;

  // The first failure: UNAVAILABLE if the database, its disk or a lock is to blame, INVALID_ARGUMENT if a text cannot
  // be stored, DEADLINE_EXCEEDED if the request's time was up, otherwise INTERNAL.
  virtual const absl::Status& status() const = 0;
};

}  // namespace boutique::sql
