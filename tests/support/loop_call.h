// SPDX-License-Identifier: Apache-2.0
// A running loop with a call that lives on it, for handlers and stores that are called without a server.
// Threads: belongs to the test's.
#pragma once

#include <chrono>
#include <utility>

#include "platform/coro/spawn.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/loop.h"

namespace boutique::testing {

struct LoopCall {
  LoopCall() {
    loop.Start();
    call = rpc::Begin(loop, std::chrono::seconds(30));
  }
  ~LoopCall() { loop.Stop(); }

  // What the task ends with. Blocks.
  template <typename T>
  static T Get(coro::Task<T> task) {
    return coro::SyncWait(std::move(task));
  }

  rpc::Loop loop;
  rpc::CallContext call;
};

}  // namespace boutique::testing
