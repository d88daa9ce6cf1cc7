// SPDX-License-Identifier: Apache-2.0
// A command from the moment it is sent until its caller goes on.
// Threads: made and resumed on the caller's loop; in between it belongs to the client's I/O thread alone, which is why
// a command is settled once: reply, deadline, cancellation and loss of the connection all meet there.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/status/statusor.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/loop.h"
#include "platform/storage/redis/redis_command.h"
#include "platform/storage/redis/redis_value.h"

namespace boutique::redis::internal {

// Lives in the coroutine that awaits it.
class Pending : public rpc::Posted {
 public:
  Pending(const rpc::CallContext& call, Command command) : call(call), command(std::move(command)) {}
  // Hands the results of this one and of those chained behind it to their callers.
  void Run() final {
    for (Pending* each = this; each != nullptr;) {
      Pending* const following = each->next;  // the frame is gone once it has been resumed
      each->Arrive();
      each = following;
    }
  }

  const rpc::CallContext& call;
  Command command;
  std::uint64_t id = 0;
  absl::StatusOr<Value> result;
  Pending* next = nullptr;  // of those in the inbox, later of those settled together

 protected:
  ~Pending() = default;
  // On the loop: the result is there.
  virtual void Arrive() = 0;
};

// Commands that loops hand to the I/O thread. Push is safe from any thread, the rest is for the I/O thread.
class Inbox {
 public:
  using SystemTime = std::chrono::system_clock::time_point;

  // Whether the I/O thread must be woken to Take: it neither looks by itself soon, nor has it been told to.
  bool Push(Pending* pending) {
    const auto deadline = pending->call.deadline.time_since_epoch().count();
    Pending* newest = newest_.load(std::memory_order_relaxed);
    do {
      pending->next = newest;
    } while (!newest_.compare_exchange_weak(newest, pending));
    return deadline <= looks_by_.load() && !woken_.exchange(true);
  }

  // All of them, the oldest first, chained by `next`; null if there are none.
  Pending* Take() {
    woken_.store(false);
    Pending* newest = newest_.exchange(nullptr);
    Pending* oldest = nullptr;
    while (newest != nullptr) {
      Pending* const next = newest->next;
      newest->next = oldest;
      oldest = newest;
      newest = next;
    }
    return oldest;
  }

  // Promises to Take at `when` at the latest, without being woken: no earlier deadline need be told of. Take once more
  // after withdrawing the promise: somebody may have relied on it meanwhile.
  void PromiseToLook(SystemTime when) { looks_by_.store(when.time_since_epoch().count()); }
  void WithdrawPromise() { looks_by_.store(SystemTime::max().time_since_epoch().count()); }

 private:
  std::atomic<Pending*> newest_{nullptr};
  std::atomic<SystemTime::rep> looks_by_{SystemTime::max().time_since_epoch().count()};
  std::atomic<bool> woken_{false};
};

// What has been settled, to be sent back in one post for each loop; what is alone goes on at once where its loop is
// free. For the I/O thread.
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
    for (const Chain& chain : std::exchange(chains_, {})) {
      // Many would keep this thread from the replies of others.
      if (chain.first == chain.last) {
        chain.loop->RunOrPost(chain.first);
      } else {
        chain.loop->Post(chain.first);
      }
    }
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
