// SPDX-License-Identifier: Apache-2.0
// A SQLite database and the one thread on which all of its statements run.
// Threads: Read, Write and WatchHealth are safe from any; results come back to the caller's loop.
//
// What waits while a transaction is being committed shares the next one: the more requests there are, the fewer times
// the disk is waited for.
#pragma once

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/loop.h"
#include "platform/storage/sqlite/connection.h"
#include "platform/storage/sqlite/open_file.h"

namespace boutique::sqlite {

class Database final {
 public:
  // The file, or ":memory:", at its newest version. With the errors of OpenFile.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& path, const Migrations& migrations);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  // Runs what still waits, then closes. No coroutine may be waiting for a loop that has stopped.
  ~Database();

  // Runs `work`, which takes a Connection& and returns absl::StatusOr<T>, and resumes on call.loop with its result.
  // UNAVAILABLE if the disk, the file or a lock is to blame, INTERNAL if a statement is wrong. CANCELLED or
  // DEADLINE_EXCEEDED for work whose request is over before it was begun, RESOURCE_EXHAUSTED when too much waits. Work
  // that has begun is always waited for, so it may refer to the awaiting frame. Name the work first, then move it in:
  //   auto find = [&id](sqlite::Connection& connection) -> absl::StatusOr<pb::Order> { … };
  //   auto order = co_await database.Read(call, std::move(find));
  template <typename Work>
  auto Read(const rpc::CallContext& call, Work work) {
    return Run(call, std::move(work), false);
  }
  // The same in a transaction: when it resumes with a value, that is on the disk. If the work returns an error, it has
  // changed nothing.
  template <typename Work>
  auto Write(const rpc::CallContext& call, Work work) {
    return Run(call, std::move(work), true);
  }

  // Calls `watch`, on the database's thread, with false when a statement fails for the disk's sake and with true when
  // writing has succeeded again, which is tried every second meanwhile. One watcher.
  void WatchHealth(std::function<void(bool able)> watch);

 private:
  class Job : public rpc::Posted {
   public:
    Job(const rpc::CallContext& call, bool writes) : call(call), writes(writes) {}
    virtual absl::Status Execute(Connection& connection) = 0;
    virtual void Fail(absl::Status status) = 0;
    const rpc::CallContext& call;
    const bool writes;

   protected:
    ~Job() = default;
  };

  template <typename Work>
  class Pending final : Job {
   public:
    using Result = std::invoke_result_t<Work, Connection&>;
    Pending(Database& database, const rpc::CallContext& call, Work work, bool writes)
        : Job(call, writes), database_(database), work_(std::move(work)) {}
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> awaiting) {
      awaiting_ = awaiting;
      if (database_.Enqueue(this)) return true;
      result_.emplace(absl::ResourceExhaustedError("too much work is waiting for the database"));
      return false;
    }
    Result await_resume() { return *std::move(result_); }

   private:
    absl::Status Execute(Connection& connection) override {
      result_.emplace(work_(connection));
      return result_->status();
    }
    void Fail(absl::Status status) override { result_.emplace(std::move(status)); }
    void Run() override { awaiting_.resume(); }

    Database& database_;
    Work work_;
    std::optional<Result> result_;
    std::coroutine_handle<> awaiting_;
  };

  template <typename Work>
  auto Run(const rpc::CallContext& call, Work work, bool writes)
      -> rpc::Reply<typename std::invoke_result_t<Work, Connection&>::value_type> {
    Pending<Work> pending(*this, call, std::move(work), writes);
    auto result = co_await pending;
    co_return std::move(result);
  }

  Database(std::string path, std::unique_ptr<Connection> connection);
  bool Enqueue(Job* job);
  void Serve();
  void RunBatch(const std::vector<Job*>& batch);
  absl::Status RunJob(Job& job);
  absl::Status Commit();
  void Rollback();
  void Probe();
  void SetAble(const absl::Status& outcome, bool written);

  const std::string path_;
  const std::unique_ptr<Connection> connection_;
  bool able_ = true;  // of the thread alone
  std::mutex mutex_;  // of what follows
  std::condition_variable wake_;
  std::deque<Job*> waiting_;
  bool closing_ = false;
  std::mutex watch_mutex_;
  std::function<void(bool)> watch_;
  std::thread thread_;
};

}  // namespace boutique::sqlite
