// SPDX-License-Identifier: Apache-2.0
// Shows in the metrics how much is left to be done, as it is in the database: every replica shows the same.
// Threads: runs on one loop.
#pragma once

#include <stop_token>

#include "platform/base/clock.h"
#include "platform/rpc/call_context.h"
#include "platform/telemetry/metrics.h"
#include "services/order/order_outbox.h"
#include "services/order/order_store.h"

namespace boutique::order {

class OrderBacklog {
 public:
  // All outlive it.
  OrderBacklog(OrderStore& store, OrderOutbox& outbox, telemetry::Metrics& metrics,
               const base::Clock& clock = base::SystemClock::Instance());

  // Every second until it is told to stop, on this loop.
  coro::Task<void> Run(rpc::Loop& loop, std::stop_token stop);
  // Once. What cannot be read stays as it was.
  coro::Task<absl::Status> Show(const rpc::CallContext& call);

 private:
  double SecondsSince(std::int64_t then_ms) const;

  OrderStore& store_;
  OrderOutbox& outbox_;
  const base::Clock& clock_;
  prometheus::Gauge& open_;
  prometheus::Gauge& oldest_open_seconds_;
  prometheus::Gauge& need_attention_;
  prometheus::Gauge& waiting_;
  prometheus::Gauge& oldest_waiting_seconds_;
};

}  // namespace boutique::order
