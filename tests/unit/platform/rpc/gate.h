// SPDX-License-Identifier: Apache-2.0
// A point at which handlers wait until the test lets them go: `co_await gate.Pass(call);`.
// Threads: handlers pass on their loops; the test opens from its own thread.
#pragma once

#include <coroutine>
#include <mutex>
#include <utility>
#include <vector>

#include "platform/rpc/call_context.h"
#include "support/eventually.h"

namespace boutique::rpc {

class Gate {
 public:
  class Passage {
   public:
    Passage(Gate& gate, const CallContext& call) : gate_(gate), call_(call) {}
    bool await_ready() const noexcept { return false; }
    bool await_suspend(std::coroutine_handle<> awaiting) { return gate_.Wait(*call_.loop, awaiting); }
    void await_resume() const noexcept {}

   private:
    Gate& gate_;
    const CallContext& call_;
  };

  Passage Pass(const CallContext& call) { return Passage(*this, call); }

  // Whether so many handlers come to wait.
  bool Await(std::size_t count) {
    return testing::Eventually([&] {
      const std::lock_guard lock(mutex_);
      return waiting_.size() >= count;
    });
  }

  // Lets those who wait go on, each on its loop, and whoever comes later pass.
  void Open() {
    std::vector<std::pair<Loop*, std::coroutine_handle<>>> waiting;
    {
      const std::lock_guard lock(mutex_);
      open_ = true;
      waiting.swap(waiting_);
    }
    for (const auto& [loop, handle] : waiting) loop->Post([resumed = handle] { resumed.resume(); });
  }

 private:
  bool Wait(Loop& loop, std::coroutine_handle<> awaiting) {
    const std::lock_guard lock(mutex_);
    if (!open_) waiting_.emplace_back(&loop, awaiting);
    return !open_;
  }

  std::mutex mutex_;
  bool open_ = false;
  std::vector<std::pair<Loop*, std::coroutine_handle<>>> waiting_;
};

}  // namespace boutique::rpc
