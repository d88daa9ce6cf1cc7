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
namespace {

constexpr auto kShowEvery = std::chrono::seconds(1);

}  // namespace

OrderRelay::OrderRelay(OrderOutbox& outbox, EventSink& sink, telemetry::Metrics& metrics, Options options,
                       const base::Clock& clock)
    : outbox_(outbox),
      sink_(sink),
      options_(options),
      clock_(clock),
      published_(metrics.Counter("order_events_published_total", "Events of orders that were delivered.")),
      failed_(metrics.Counter("order_events_failed_total", "Deliveries of events that did not succeed.")),
      waiting_(metrics.Gauge("order_outbox_events", "Events of orders that are not delivered yet.")),
      oldest_seconds_(metrics.Gauge("order_outbox_oldest_seconds", "Age of the oldest event that is not delivered.")) {}

coro::Task<void> OrderRelay::Run(rpc::Loop& loop, std::stop_token stop) {
  bool works = true;
  auto pause = options_.interval;
  auto shown = std::chrono::steady_clock::time_point::min();
  while (!stop.stop_requested()) {
    const rpc::CallContext call = rpc::Begin(loop, options_.lease / 2, stop);
    if (std::chrono::steady_clock::now() >= shown + kShowEvery || shown.time_since_epoch().count() < 0) {
      co_await ShowBacklog(call);
      shown = std::chrono::steady_clock::now();
    }
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
    co_await outbox_.GiveBack(noting, failed, clock_.NowMs() + options_.retry_after.count());
  }
  if (!delivered.empty()) {
    const int marked = co_await rpc::OrReturn(co_await outbox_.MarkPublished(noting, delivered, clock_.NowMs()));
    published_.Increment(marked);
  }
  if (delivered.empty()) co_return why;
  co_return static_cast<int>(delivered.size());
}

rpc::Reply<int> OrderRelay::ShowBacklog(const rpc::CallContext& call) {
  const auto backlog = co_await rpc::OrReturn(co_await outbox_.Measure(call));
  waiting_.Set(static_cast<double>(backlog.events));
  const std::int64_t since = backlog.events == 0 ? clock_.NowMs() : backlog.oldest_at_ms;
  const std::int64_t age_ms = std::max<std::int64_t>(clock_.NowMs() - since, 0);
  oldest_seconds_.Set(static_cast<double>(age_ms) / 1000);
  co_return static_cast<int>(backlog.events);
}

}  // namespace boutique::order
