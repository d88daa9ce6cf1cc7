// SPDX-License-Identifier: Apache-2.0
// What one request carries from service to service: deadline, trace, cancellation, and the loop it lives on.
// A value; its references are good while the request lives. Use it on its loop only.
#pragma once

#include <chrono>
#include <stop_token>

#include "platform/coro/or_return.h"
#include "platform/coro/task.h"
#include "platform/rpc/loop.h"
#include "platform/rpc/status.h"
#include "platform/telemetry/trace_context.h"

namespace boutique::rpc {

using coro::OrReturn;
using coro::Reply;

struct CallContext {
  std::chrono::system_clock::time_point deadline;
  telemetry::TraceContext trace;
  std::stop_token cancelled;  // asked to stop, on the loop, when the caller has gone
  Loop* loop = nullptr;       // that carries this request

  // The same request with at most `budget` from now on.
  CallContext Within(std::chrono::nanoseconds budget) const;
  // A request of its own that nobody cancels, with `budget` from now and the same trace: for work that must run to its
  // end once begun.
  CallContext Detached(std::chrono::nanoseconds budget) const;

  // What is left before the deadline; negative when it has passed.
  std::chrono::nanoseconds Left() const { return deadline - std::chrono::system_clock::now(); }
  // OK, or DEADLINE_EXCEEDED or CANCELLED: for work in several steps.
  absl::Status Alive() const;
};

// A request that begins here: work of the process's own.
CallContext Begin(Loop& loop, std::chrono::nanoseconds budget, std::stop_token cancelled = {});

}  // namespace boutique::rpc
