// SPDX-License-Identifier: Apache-2.0
// Threads for work that blocks (databases, files, libcurl), so that no loop ever does.
// Threads: safe from any loop; the result comes back to the caller's.
#pragma once

#include <condition_variable>
#include <coroutine>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/loop.h"

namespace boutique::rpc {

class BlockingPool {
 public:
  // At most `most_waiting` pieces of work wait for a free thread; one more is refused. A thread starts when there is
  // work that no other is free for.
  explicit BlockingPool(unsigned threads, std::size_t most_waiting = 1024);
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;
  // Runs what still waits, then joins. No coroutine may be waiting for a loop that has stopped.
  ~BlockingPool();

  // Runs `work`, which takes nothing and returns absl::StatusOr<T>, on a thread of the pool and resumes on call.loop
  // with its result. Work whose request has been cancelled or is late when its turn comes is not begun: CANCELLED or
  // DEADLINE_EXCEEDED. RESOURCE_EXHAUSTED when too much is waiting. Work that has begun is always waited for, so it may
  // refer to the awaiting frame. Name the work first, then move it in:
  //   auto read = [this, id] { return ReadRow(id); };
  //   auto row = co_await pool.Run(call, std::move(read));
  template <typename Work>
  auto Run(const CallContext& call, Work work) -> Reply<typename std::invoke_result_t<Work>::value_type> {
    Pending<Work> pending(*this, call, std::move(work));
    auto result = co_await pending;
    co_return std::move(result);
  }

 private:
  class Waiting {
   public:
    virtual void Execute() = 0;

   protected:
    ~Waiting() = default;
  };

  template <typename Work>
  class Pending final : Waiting, Posted {
   public:
    using Result = std::invoke_result_t<Work>;
    Pending(BlockingPool& pool, const CallContext& call, Work work)
        : pool_(pool), call_(call), work_(std::move(work)) {}
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> awaiting) {
      awaiting_ = awaiting;
      if (pool_.Enqueue(this)) return true;
      result_.emplace(absl::ResourceExhaustedError("too much work is waiting"));
      return false;
    }
    Result await_resume() { return *std::move(result_); }

   private:
    void Execute() override {
      if (absl::Status alive = call_.Alive(); alive.ok()) {
        result_.emplace(work_());
      } else {
        result_.emplace(std::move(alive));
      }
      call_.loop->Post(static_cast<Posted*>(this));
    }
    void Run() override { awaiting_.resume(); }

    BlockingPool& pool_;
    const CallContext& call_;
    Work work_;
    std::optional<Result> result_;
    std::coroutine_handle<> awaiting_;
  };

  bool Enqueue(Waiting* work);
  void Drain();

  const unsigned most_threads_;
  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting*> waiting_;
  unsigned idle_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace boutique::rpc
