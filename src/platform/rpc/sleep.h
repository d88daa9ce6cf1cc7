// SPDX-License-Identifier: Apache-2.0
// Awaitable pauses on a request's loop. Use them on that loop only.
#pragma once

#include <grpcpp/alarm.h>

#include <cassert>
#include <chrono>
#include <coroutine>
#include <optional>
#include <stop_token>

#include "platform/rpc/call_context.h"
#include "platform/rpc/loop.h"

namespace boutique::rpc {

// `const bool elapsed = co_await Sleep(call, 50ms);` is false if the request was cancelled before the time was up. It
// does not watch the deadline: ask for no more than call.Left().
class Sleep final : Event {
 public:
  Sleep(const CallContext& call, std::chrono::nanoseconds pause) : call_(call), pause_(pause) {}
  bool await_ready() const noexcept { return call_.cancelled.stop_requested(); }
  void await_suspend(std::coroutine_handle<> awaiting) {
    assert(call_.loop->IsCurrent());
    awaiting_ = awaiting;
    const auto until =
        std::chrono::system_clock::now() + std::chrono::duration_cast<std::chrono::system_clock::duration>(pause_);
    // The canceller comes first: the alarm may fire, and end this object, as soon as it is set. Cancellation comes on
    // the loop, so none can fall between the two.
    canceller_.emplace(call_.cancelled, Canceller{alarm_});
    alarm_.Set(call_.loop->queue(), until, static_cast<Event*>(this));
  }
  bool await_resume() const noexcept { return elapsed_; }

 private:
  struct Canceller {
    grpc::Alarm& alarm;
    void operator()() const { alarm.Cancel(); }
  };
  void Fire(bool ok) override {
    elapsed_ = ok;
    canceller_.reset();
    awaiting_.resume();
  }
  const CallContext& call_;
  const std::chrono::nanoseconds pause_;
  grpc::Alarm alarm_;
  std::coroutine_handle<> awaiting_;
  std::optional<std::stop_callback<Canceller>> canceller_;
  bool elapsed_ = false;
};

// `co_await Yield(call);` lets the loop's other requests go first.
inline ResumeOn Yield(const CallContext& call) { return ResumeOn(*call.loop); }

}  // namespace boutique::rpc
