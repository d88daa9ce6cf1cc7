// SPDX-License-Identifier: Apache-2.0
// Takes events out of the outbox, delivers them and notes that: at least once each.
// Threads: runs on one loop.
#pragma once

#include <chrono>
#include <stop_token>

#include "platform/base/clock.h"
#include "platform/rpc/call_context.h"
#include "platform/telemetry/metrics.h"
#include "services/order/event_sink.h"
#include "services/order/order_outbox.h"

namespace boutique::order {

class OrderRelay {
 public:
  struct Options {
    int most = 500;  // events at once
    std::chrono::milliseconds interval{200};  // between looks when there is nothing to do
    std::chrono::milliseconds longest_pause{10'000};  // to which that grows while nothing can be delivered
    std::chrono::milliseconds lease{30'000};  // after which others may deliver what this one took
    OrderOutbox::Pauses pauses;                       // of an event that could not be delivered
  };

  // All outlive the relay.
  OrderRelay(OrderOutbox& outbox, EventSink& sink, telemetry::Metrics& metrics, Options options,
             const base::Clock& clock = base::SystemClock::Instance());
  OrderRelay(OrderOutbox& outbox, EventSink& sink, telemetry::Metrics& metrics)
      : OrderRelay(outbox, sink, metrics, Options()) {}

  // Delivers until it is told to stop, on this loop.
  coro::Task<void> Run(rpc::Loop& loop, std::stop_token stop);

  // One batch: how many events were delivered, or why none could be. Those that could not are tried again later.
  rpc::Reply<int> RelaySome(const rpc::CallContext& call);

 private:
  OrderOutbox& outbox_;
  EventSink& sink_;
  const Options options_;
  const base::Clock& clock_;
  prometheus::Counter& published_;
  prometheus::Counter& failed_;
};

}  // namespace boutique::order
