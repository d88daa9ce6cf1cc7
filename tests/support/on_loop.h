// SPDX-License-Identifier: Apache-2.0
// Starts a task on the loop that its call lives on, as a handler would be started.
// Threads: safe from any.
#pragma once

#include <utility>

#include "platform/coro/spawn.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/loop.h"

namespace boutique::testing {

template <typename T>
coro::Task<T> OnLoop(rpc::Loop& loop, coro::Task<T> task) {
  co_await rpc::ResumeOn(loop);
  T result = co_await std::move(task);
  co_return std::move(result);
}

// What the task ends with. Blocks; not on the loop's thread.
template <typename T>
T RunOn(rpc::Loop& loop, coro::Task<T> task) {
  return coro::SyncWait(OnLoop(loop, std::move(task)));
}

}  // namespace boutique::testing
