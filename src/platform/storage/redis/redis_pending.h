// SPDX-License-Identifier: Apache-2.0
// A command from the moment it is sent until its caller goes on.
// Threads: made and resumed on the caller's loop; in between it belongs to the client's I/O thread alone, which is why
// a command is settled once: reply, deadline, cancellation and loss of the connection all meet there.
#pragma once

#include <atomic>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/loop.h"
#include "platform/storage/redis/redis_command.h"
#include "platform/storage/redis/redis_value.h"

namespace boutique::redis::internal {

// Lives in the coroutine that awaits it.
struct Pending final : rpc::Posted {
  Pending(const rpc::CallContext& call, Command command) : call(call), command(std::move(command)) {}
  // Resumes this one and those chained behind it.
  void Run() override {
    for (Pending* each = this; each != nullptr;) {
      Pending* const following = each->next;  // the frame is gone once it has been resumed
      each->canceller.reset();
      each->awaiting.resume();
      each = following;
    }
  }

  const rpc::CallContext& call;
  const Command command;
  std::uint64_t id = 0;
  absl::StatusOr<Value> result;
  std::coroutine_handle<> awaiting;
  std::optional<std::stop_callback<std::function<void()>>> canceller;
  Pending* next = nullptr;  // of the incoming, later of those settled together
};

// Commands that loops hand to the I/O thread. Safe from any thread.
class Incoming {
 public:
  // Whether it was empty: then the I/O thread must be woken, once for any number that it has not taken yet.
  bool Push(Pending* pending) {
    Pending* newest = newest_.load(std::memory_order_relaxed);
    do {
      pending->next = newest;
    } while (!newest_.compare_exchange_weak(newest, pending, std::memory_order_release, std::memory_order_relaxed));
    return newest == nullptr;
  }
  // All of them, the oldest first, chained by `next`; null if there are none.
  Pending* Take() {
    Pending* newest = newest_.exchange(nullptr, std::memory_order_acquire);
    Pending* oldest = nullptr;
    while (newest != nullptr) {
      Pending* const next = newest->next;
      newest->next = oldest;
      oldest = newest;
      newest = next;
    }
    return oldest;
  }

 private:
  std::atomic<Pending*> newest_{nullptr};
};

// What has been settled, to be sent back in one post for each loop. For the I/O thread.
class Settled {
 public:
  void Add(Pending* pending, absl::StatusOr<Value> result) {
    pending->result = std::move(result);
    pending->next = nullptr;
    for (Chain& chain : chains_) {
      if (chain.loop != pending->call.loop) continue;
      chain.last->next = pending;
      chain.last = pending;
      return;
    }
    chains_.push_back({pending->call.loop, pending, pending});
  }
  void Post() {
    for (const Chain& chain : chains_) chain.loop->Post(chain.first);
    chains_.clear();
  }

 private:
  struct Chain {
    rpc::Loop* loop;
    Pending* first;
    Pending* last;
  };
  absl::InlinedVector<Chain, 4> chains_;
};

}  // namespace boutique::redis::internal
