// SPDX-License-Identifier: Apache-2.0
// Runs tasks side by side and ends when all have ended; none is cut short by another's failure.
// Threads: the tasks start on the awaiting thread, one after the other; the last to end resumes the awaiting one.
#pragma once

#include <atomic>
#include <coroutine>
#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "platform/coro/task.h"

namespace boutique::coro {
namespace internal {

// Counts down from the number of children; the last arrival resumes the parent.
class Latch {
 public:
  explicit Latch(std::size_t children) : pending_(children + 1) {}
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> parent) noexcept {
    parent_ = parent;
    return pending_.fetch_sub(1, std::memory_order_acq_rel) != 1;
  }
  void await_resume() const noexcept {}
  void Arrive() {
    if (pending_.fetch_sub(1, std::memory_order_acq_rel) == 1) parent_.resume();
  }

 private:
  std::atomic<std::size_t> pending_;
  std::coroutine_handle<> parent_;
};

template <typename T>
Root RunChild(Task<T> task, std::optional<T>& slot, Latch& latch) {
  {
    Task<T> running = std::move(task);
    slot.emplace(co_await std::move(running));
  }  // The child's frame is gone before the parent can resume.
  latch.Arrive();
}

}  // namespace internal

// The results in the order of the tasks: auto [a, b] = co_await WhenAll(std::move(x), std::move(y)).
template <typename... T>
Task<std::tuple<T...>> WhenAll(Task<T>... tasks) {
  std::tuple<std::optional<T>...> slots;
  internal::Latch latch(sizeof...(T));
  std::apply([&](auto&... slot) { (internal::RunChild(std::move(tasks), slot, latch), ...); }, slots);
  co_await latch;
  co_return std::apply([](auto&... slot) { return std::tuple<T...>(*std::move(slot)...); }, slots);
}

// The same for any number of tasks of one type.
template <typename T>
Task<std::vector<T>> WhenAll(std::vector<Task<T>> tasks) {
  std::vector<std::optional<T>> slots(tasks.size());
  internal::Latch latch(tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) internal::RunChild(std::move(tasks[i]), slots[i], latch);
  co_await latch;
  std::vector<T> results;
  results.reserve(slots.size());
  for (auto& slot : slots) results.push_back(*std::move(slot));
  co_return results;
}

}  // namespace boutique::coro
