// SPDX-License-Identifier: Apache-2.0
// A relational database of any engine: runs work on threads of its own.
// Threads: Read, Write and WatchHealth are safe from any; results come back to the caller's loop.
#pragma once

#include <coroutine>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/loop.h"
#include "platform/storage/sql/connection.h"

namespace boutique::sql {

class Database {
 public:
  virtual ~Database() = default;

  // Runs `work`, which takes a Connection& and returns absl::StatusOr<T>, and resumes on call.loop with its result.
  // UNAVAILABLE if the database, its disk or a lock is to blame, INTERNAL if a statement is wrong. CANCELLED or
  // DEADLINE_EXCEEDED for work whose request is over before it was begun or, where the engine can end it, while it ran;
  // RESOURCE_EXHAUSTED when too much waits. Work that has begun is always waited for, so it may refer to the awaiting
  // frame. It may be begun again when what it did was undone for reasons that were not its own, so what it changes
  // outside the database it sets, and does not add to. Name the work first, then move it in:
  //   auto find = [&id](sql::Connection& connection) -> absl::StatusOr<pb::Order> { … };
  //   auto order = co_await database.Read(call, std::move(find));
  template <typename Work>
  auto Read(const rpc::CallContext& call, Work work) {
    return Run(call, std::move(work), Mode::kReads);
  }
  // The same in a transaction: when it resumes with a value, that is on the disk. If the work returns an error, it has
  // changed nothing. UNAVAILABLE may also mean that nobody knows: the connection broke while it was being committed.
  // Other work runs beside it where the engine has several connections: what it reads in order to change it, it reads
  // by QueryForUpdate, or changes in one statement.
  template <typename Work>
  auto Write(const rpc::CallContext& call, Work work) {
    return Run(call, std::move(work), Mode::kWrites);
  }
  // The same for work that changes something in one statement only, by Connection::ExecuteBoth, or in several by
  // Connection::Together, and that does no harm if it is begun again after it was done, as `INSERT … ON CONFLICT DO
  // NOTHING`. Where that is cheaper, each of its statements is a transaction of its own: then a change may have been
  // made even if the work returns an error after it, and a broken connection has it begun again.
  template <typename Work>
  auto WriteOnce(const rpc::CallContext& call, Work work) {
    return Run(call, std::move(work), Mode::kWritesOnce);
  }

  // Calls `watch`, on a thread of the database's, with false when the database cannot do its work and with true when it
  // can again, which is tried every now and then meanwhile; until the first call it can. One watcher.
  virtual void WatchHealth(std::function<void(bool able)> watch) = 0;

 protected:
  enum class Mode { kReads, kWrites, kWritesOnce };

  class Job : public rpc::Posted {
   public:
    Job(const rpc::CallContext& call, Mode mode)
        : call(call), writes(mode != Mode::kReads), writes_once(mode == Mode::kWritesOnce) {}
    // What the work has to say; may be called again.
    virtual absl::Status Execute(Connection& connection) = 0;
    virtual void Fail(absl::Status status) = 0;
    const rpc::CallContext& call;
    const bool writes;
    const bool writes_once;  // each of its statements may be a transaction

   protected:
    ~Job() = default;
  };

  // Takes the job, which has ended when it is posted to its call's loop; false if too many wait.
  virtual bool Enqueue(Job* job) = 0;

 private:
  template <typename Work>
  class Pending final : Job {
   public:
    using Result = std::invoke_result_t<Work, Connection&>;
    Pending(Database& database, const rpc::CallContext& call, Work work, Mode mode)
        : Job(call, mode), database_(database), work_(std::move(work)) {}
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
  auto Run(const rpc::CallContext& call, Work work, Mode mode)
      -> rpc::Reply<typename std::invoke_result_t<Work, Connection&>::value_type> {
    Pending<Work> pending(*this, call, std::move(work), mode);
    auto result = co_await pending;
    co_return std::move(result);
  }
};

}  // namespace boutique::sql
