// SPDX-License-Identifier: Apache-2.0
// Messages on their way from a coroutine to the publisher's I/O thread and back.
// Threads: see Batch.
#pragma once

#include <atomic>
#include <cassert>
#include <coroutine>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/loop.h"
#include "platform/storage/amqp/amqp_publisher.h"

namespace boutique::amqp::internal {

// Messages that are published together. Lives in the coroutine that awaits it; from Push until it is posted back it
// belongs to the I/O thread alone, so each message is settled once.
class Batch : public rpc::Posted {
 public:
  Batch(const rpc::CallContext& call, std::vector<Message> messages)
      : call(call), messages(std::move(messages)), results(this->messages.size()), open(this->messages.size()) {}

  const rpc::CallContext& call;
  const std::vector<Message> messages;
  std::vector<absl::Status> results;
  std::size_t open;      // not settled yet
  std::size_t sent = 0;  // written, of all
  std::atomic<bool> is_cancelled{false};

 protected:
  ~Batch() = default;
};

// Awaits the end of all of a batch's messages.
template <typename Core>
class Publishing final : Batch {
 public:
  Publishing(Core& core, const rpc::CallContext& call, std::vector<Message> messages)
      : Batch(call, std::move(messages)), core_(core) {}
  bool await_ready() {
    assert(call.loop->IsCurrent());
    const absl::Status alive = call.Alive();
    if (!alive.ok()) results.assign(messages.size(), alive);
    return !alive.ok() || messages.empty();
  }
  bool await_suspend(std::coroutine_handle<> awaiting) {
    awaiting_ = awaiting;
    // Before the batch is handed over: from then on it may come back at any time, though only on this loop.
    canceller_.emplace(call.cancelled, Cancel{*this});
    if (core_.Push(this)) return true;
    canceller_.reset();
    results.assign(messages.size(), absl::UnavailableError("rabbitmq: cannot be reached, or takes no messages"));
    return false;
  }
  std::vector<absl::Status> await_resume() { return std::move(results); }

 private:
  struct Cancel {
    Publishing& publishing;
    void operator()() const {
      publishing.is_cancelled.store(true);
      publishing.core_.Ring();
    }
  };
  void Run() override {
    canceller_.reset();
    awaiting_.resume();
  }

  Core& core_;
  std::coroutine_handle<> awaiting_;
  std::optional<std::stop_callback<Cancel>> canceller_;
};

}  // namespace boutique::amqp::internal
