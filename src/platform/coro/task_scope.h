// SPDX-License-Identifier: Apache-2.0
// Owns tasks that nobody awaits one by one, so that none outlives what it works on.
// Safe from any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <stop_token>
#include <thread>
#include <utility>

#include "platform/coro/spawn.h"
#include "platform/coro/task.h"

namespace boutique::coro {

class TaskScope {
 public:
  TaskScope() = default;
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;
  ~TaskScope() { Close(); }

  // Starts the task on this thread; the scope is open until it has ended.
  void Spawn(Task<void> task) {
    Enter();
    coro::Spawn(std::move(task), [this] { Leave(); });
  }

  // Asked to stop when the scope closes: long-lived tasks watch it.
  std::stop_token stop_token() const { return stop_.get_token(); }
  // Asks the tasks to stop and returns at once.
  void RequestStop() { stop_.request_stop(); }

  // Asks the tasks to stop and blocks until the last has ended. Never on a loop's thread.
  void Close() {
    RequestStop();
    AwaitIdle();
  }
  // Blocks until no task runs, without asking any to stop. Never on a loop's thread.
  void AwaitIdle() const {
    for (std::int64_t count = count_.load(); count != 0; count = count_.load()) count_.wait(count);
  }
  // The same for as long as `patience`; whether no task ran then.
  bool AwaitIdleFor(std::chrono::nanoseconds patience) const {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (count_.load() != 0 && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));  // an atomic's wait has no end of its own
    }
    return count_.load() == 0;
  }

  // For work that is counted by hand: each Enter needs its Leave.
  void Enter() { count_.fetch_add(1, std::memory_order_relaxed); }
  void Leave() {
    if (count_.fetch_sub(1, std::memory_order_acq_rel) == 1) count_.notify_all();
  }

 private:
  std::stop_source stop_;
  std::atomic<std::int64_t> count_{0};
};

}  // namespace boutique::coro
