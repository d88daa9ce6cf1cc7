// SPDX-License-Identifier: Apache-2.0
// A connection to a PostgreSQL that throws nothing and keeps its prepared statements.
// Threads: belongs to one, except for Cut.
//
// Values go and come as texts: integers are whatever integer the statement wants, bytes are PostgreSQL's hexadecimal.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "platform/storage/postgres/failure.h"
#include "platform/storage/postgres/options.h"
#include "platform/storage/sql/connection.h"

namespace boutique::postgres {

class Connection final : public sql::Connection {
 public:
  // Connects. Blocks as long as the options say. UNAVAILABLE with libpq's message, which names server and user.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const Options& options);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override;

  sql::Rows Query(absl::string_view sql, Values values = {}) override;
  sql::Rows QueryForUpdate(absl::string_view sql, Values values = {}) override;
  sql::Rows QueryFreeForUpdate(absl::string_view sql, Values values = {}) override;
  std::int64_t Execute(absl::string_view sql, Values values = {}) override;
  std::int64_t ExecuteBoth(absl::string_view change, Values change_values, absl::string_view insertion,
                           Values insertion_values) override;
  void Together(const std::function<void()>& steps) override;
  const absl::Status& status() const override { return failure_.status; }

  // What comes first: statements find their tables in `schema`, which need not be there yet.
  absl::Status SetUp(const std::string& schema);
  // Has the server end each further statement that takes longer than `left`, or up to four times as long: how long it
  // may take.
  std::chrono::milliseconds Limit(std::chrono::nanoseconds left);
  // Runs any number of statements without parameters: BEGIN, COMMIT, migrations.
  void Script(const std::string& sql);
  // Returns the first failure and forgets it. What it broke off is rolled back; if that is not possible either, the
  // connection is no longer open.
  Failure TakeFailure();
  bool IsOpen() const;

  // Ends the connection under whatever waits for it. Safe from any thread.
  void Cut() const;

 private:
  class Statement;
  struct Session;
  enum Lock { kNone, kWaiting, kSkipping, kLocks };

  explicit Connection(std::unique_ptr<Session> session);
  // Runs `step` unless something has failed before, and keeps what it throws.
  template <typename Step>
  void Guard(Step step);
  // The statement, run; null after a failure. Its GiveBack ends its use.
  Statement* Run(absl::string_view sql, Lock lock, absl::Span<const sql::Value> values);

  const std::unique_ptr<Session> session_;
  std::array<absl::flat_hash_map<std::string, std::unique_ptr<Statement>>, kLocks> idle_;
  int prepared_ = 0;
  std::size_t limit_ = static_cast<std::size_t>(-1);
  Failure failure_;
};

}  // namespace boutique::postgres
