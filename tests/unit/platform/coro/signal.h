// SPDX-License-Identifier: Apache-2.0
// A point at which coroutines of a test wait until the test, or another thread, lets them go.
// Threads: one coroutine waits for one Signal; Fire may come from any thread, before or after the wait has begun.
#pragma once

#include <atomic>
#include <coroutine>

namespace boutique::coro {

class Signal {
 public:
  Signal() = default;
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  // Resumes the waiting coroutine on this thread, or lets the next one pass.
  void Fire() {
    void* const waiting = state_.exchange(this);
    if (waiting != nullptr && waiting != this) std::coroutine_handle<>::from_address(waiting).resume();
  }
  bool HasWaiter() const {
    void* const state = state_.load();
    return state != nullptr && state != this;
  }

  bool await_ready() const noexcept { return state_.load() == this; }
  bool await_suspend(std::coroutine_handle<> awaiting) noexcept {
    void* nobody = nullptr;
    return state_.compare_exchange_strong(nobody, awaiting.address());
  }
  void await_resume() const noexcept {}

 private:
  std::atomic<void*> state_{nullptr};  // null: nobody waits; this: fired; else the frame that waits
};

// Counts how many of it live.
class Witness {
 public:
  explicit Witness(int& alive) : alive_(&alive) { ++*alive_; }
  Witness(const Witness& other) : alive_(other.alive_) { ++*alive_; }
  Witness& operator=(const Witness&) = delete;
  ~Witness() { --*alive_; }

 private:
  int* alive_;
};

}  // namespace boutique::coro
