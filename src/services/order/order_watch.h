// SPDX-License-Identifier: Apache-2.0
// Tells who watches an order when it may have changed.
// Threads: safe from any loop; a Watcher belongs to its call's.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "absl/strings/string_view.h"
#include "platform/coro/task.h"
#include "platform/rpc/call_context.h"

namespace boutique::order {

class OrderWatch {
 public:
  // Each watcher costs a read of the store a second: a process can afford this many (2 % of a core with SQLite).
  static constexpr std::size_t kMostWatchers = 2000;

  explicit OrderWatch(std::size_t most = kMostWatchers) : most_(most) {}

  class Watcher;
  // A place among those who watch this order, free again when the watcher goes; null if all are taken. `call` outlives
  // it, as this object does.
  std::unique_ptr<Watcher> Join(const rpc::CallContext& call, std::string order_id);

  // Wakes who watches the order.
  void Changed(const std::string& order_id);

  // How many watch anything.
  std::size_t size() const;

 private:
  struct Seat;
  void Leave(const std::shared_ptr<Seat>& seat);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::multimap<std::string, std::shared_ptr<Seat>> seats_;  // by order
};

class OrderWatch::Watcher {
 public:
  Watcher(OrderWatch& watch, const rpc::CallContext& call, std::shared_ptr<Seat> seat)
      : watch_(watch), call_(call), seat_(std::move(seat)) {}
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher() { watch_.Leave(seat_); }

  // Waits until there has been news since the last time, or `patience` is over. False when the call was cancelled.
  coro::Task<bool> Wait(std::chrono::nanoseconds patience);

 private:
  OrderWatch& watch_;
  const rpc::CallContext& call_;
  const std::shared_ptr<Seat> seat_;
};

}  // namespace boutique::order
