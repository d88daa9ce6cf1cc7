// SPDX-License-Identifier: Apache-2.0
// Brings orders to an end that nobody works on any more: their process died, was paused or could not reach a service.
// Threads: runs on one loop; see Run.
#pragma once

#include <chrono>
#include <stop_token>
#include <vector>

#include "platform/base/clock.h"
#include "platform/coro/task.h"
#include "platform/rpc/loop.h"
#include "platform/telemetry/metrics.h"
#include "services/checkout/checkout_options.h"
#include "services/checkout/shop_calls.h"

namespace boutique::checkout {

class OrderResumer {
 public:
  // `metrics` and `clock` outlive it.
  OrderResumer(ShopClients shop, telemetry::Metrics& metrics, CheckoutOptions options,
               const base::Clock& clock = base::SystemClock::Instance());

  // Looks for stale orders every options.resume_interval, more or less, until it is told to stop, on this loop.
  coro::Task<void> Run(rpc::Loop& loop, std::stop_token stop);

  // Takes a few stale orders as far as they go: how many there were, or why none could be had.
  coro::Task<absl::StatusOr<int>> ResumeSome(rpc::Loop& loop, std::stop_token stop);

 private:
  coro::Task<bool> Resume(rpc::CallContext call, pb::Order order);

  const ShopClients shop_;
  const CheckoutOptions options_;
  const base::Clock& clock_;
  prometheus::Counter& confirmed_;
  prometheus::Counter& cancelled_;
  prometheus::Counter& postponed_;
  prometheus::Counter& needs_attention_;
};

}  // namespace boutique::checkout
