// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_backlog.h"

#include <algorithm>

#include "platform/coro/when_all.h"
#include "platform/rpc/sleep.h"

namespace boutique::order {
namespace {

constexpr auto kInterval = std::chrono::seconds(1);
constexpr auto kPatience = std::chrono::seconds(5);

}  // namespace

OrderBacklog::OrderBacklog(OrderStore& store, OrderOutbox& outbox, telemetry::Metrics& metrics,
                           const base::Clock& clock)
    : store_(store),
      outbox_(outbox),
      clock_(clock),
      open_(metrics.Gauge("order_open_orders", "Orders that are not at an end.")),
      oldest_open_seconds_(metrics.Gauge("order_oldest_open_seconds", "Age of the oldest order that is not at an end.")),
      need_attention_(metrics.Gauge("order_needs_attention_orders", "Orders that only a person can bring to an end.")),
      waiting_(metrics.Gauge("order_outbox_events", "Events of orders that are not delivered yet.")),
      oldest_waiting_seconds_(
          metrics.Gauge("order_outbox_oldest_seconds", "Age of the oldest event that is not delivered.")) {}

coro::Task<void> OrderBacklog::Run(rpc::Loop& loop, std::stop_token stop) {
  while (!stop.stop_requested()) {
    const rpc::CallContext call = rpc::Begin(loop, kPatience, stop);
    // Why it cannot be read is told by readiness and by those who need the database.
    co_await Show(call);
    const rpc::CallContext waiting = rpc::Begin(loop, 2 * kInterval, stop);
    co_await rpc::Sleep(waiting, kInterval);
  }
}

coro::Task<absl::Status> OrderBacklog::Show(const rpc::CallContext& call) {
  const auto [orders, events] = co_await coro::WhenAll(store_.Measure(call), outbox_.Measure(call));
  if (!orders.ok()) co_return orders.status();
  if (!events.ok()) co_return events.status();
  open_.Set(static_cast<double>(orders->open));
  oldest_open_seconds_.Set(SecondsSince(orders->oldest_open_since_ms));
  need_attention_.Set(static_cast<double>(orders->need_attention));
  waiting_.Set(static_cast<double>(events->events));
  oldest_waiting_seconds_.Set(SecondsSince(events->oldest_at_ms));
  co_return absl::OkStatus();
}

double OrderBacklog::SecondsSince(std::int64_t then_ms) const {
  return then_ms == 0 ? 0 : static_cast<double>(std::max<std::int64_t>(clock_.NowMs() - then_ms, 0)) / 1000;
}

}  // namespace boutique::order
