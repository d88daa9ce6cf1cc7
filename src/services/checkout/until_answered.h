// SPDX-License-Identifier: Apache-2.0
// Repeats a call until its callee has said yes or no.
// Threads: on the call's loop.
#pragma once

#include <chrono>
#include <functional>

#include "absl/status/status.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/retry.h"
#include "platform/rpc/sleep.h"

namespace boutique::checkout {

// What one attempt gets.
inline constexpr auto kOneAttempt = std::chrono::seconds(3);

// Whether the callee has said no, so that the call certainly had no effect and another would be in vain. (One that is
// overloaded may say yes the next time.)
bool IsRefusal(const absl::Status& status);

// Makes a call that may be made again, for example a refund by its key, until it is answered or the budget of `call` is
// spent, with growing pauses. The last answer.
template <typename Response>
rpc::Reply<Response> UntilAnswered(const rpc::CallContext& call,
                                   std::function<rpc::Reply<Response>(const rpc::CallContext&)> attempt) {
  for (int count = 1;; ++count) {
    const rpc::CallContext one = call.Within(kOneAttempt);
    auto reply = co_await attempt(one);
    if (reply.ok() || IsRefusal(reply.status())) co_return std::move(reply);
    const auto pause = rpc::Backoff(count, call.loop->random());
    if (call.Left() <= pause) co_return std::move(reply);
    const bool elapsed = co_await rpc::Sleep(call, pause);
    if (!elapsed) co_return std::move(reply);
  }
}

}  // namespace boutique::checkout
