// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_relay.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "platform/rpc/sleep.h"
#include "platform/telemetry/log.h"

namespace boutique::order {
OrderRelay::OrderRelay(OrderOutbox& outbox, EventSink& sink, telemetry::Metrics& metrics, Options options,
                       const base::Clock& clock)
    : outbox_(outbox),
      sink_(sink),
      options_(options),
      clock_(clock),
      published_(metrics.Counter("order_events_published_total", "Events of orders that were delivered.")),
      failed_(metrics.Counter("order_events_failed_total", "Deliveries of events that did not succeed.")) {}

coro::Task<void> OrderRelay::Run(rpc::Loop& loop, std::stop_token stop) {
  bool works = true;
  auto pause = options_.interval;
  while (!stop.stop_requested()) {
    const rpc::CallContext call = rpc::Begin(loop, options_.lease / 2, stop);
    absl::StatusOr<int> relayed = 0;
    if (sink_.IsReady()) relayed = co_await RelaySome(call);
    if (relayed.ok() != works && !stop.stop_requested()) {
      telemetry::Log(telemetry::Severity::kWarning,
                     relayed.ok() ? "events of orders are delivered again" : "events of orders cannot be delivered",
                     {{"error", relayed.status().message()}});
    }
    works = relayed.ok();
    if (works && *relayed == options_.most) continue;
    pause = works ? options_.interval : std::min(2 * pause, options_.longest_pause);
    // Not in step with the other replicas.
    const auto jittered = absl::Uniform(loop.random(), 0.5, 1.5) * pause;
    co_await rpc::Sleep(call, std::chrono::duration_cast<std::chrono::nanoseconds>(jittered));
  }
}

rpc::Reply<int> OrderRelay::RelaySome(const rpc::CallContext& call) {
  const std::int64_t now = clock_.NowMs();
  const std::int64_t until = now + options_.lease.count();
  const auto events = co_await rpc::OrReturn(co_await outbox_.Take(call, options_.most, now, until));
  if (events.empty()) co_return 0;
  const auto results = co_await sink_.Deliver(call, events);
  std::vector<std::string> delivered;
  std::vector<std::string> failed;
  absl::Status why = absl::OkStatus();
  for (std::size_t i = 0; i < events.size(); ++i) {
    (results[i].ok() ? delivered : failed).push_back(events[i].id);
    if (!results[i].ok()) why = results[i];
  }
  // What was delivered is noted even when the process stops: otherwise it would be delivered twice for nothing.
  const rpc::CallContext noting = call.Detached(std::chrono::seconds(5));
  if (!failed.empty()) {
    failed_.Increment(static_cast<double>(failed.size()));
    co_await outbox_.GiveBack(noting, failed, clock_.NowMs(), options_.pauses);
  }
  if (!delivered.empty()) {
    const int marked = co_await rpc::OrReturn(co_await outbox_.MarkPublished(noting, delivered, clock_.NowMs()));
    published_.Increment(marked);
  }
  if (delivered.empty()) co_return why;
  co_return static_cast<int>(delivered.size());
}

}  // namespace boutique::order
