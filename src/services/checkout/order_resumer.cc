// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/order_resumer.h"

#include <optional>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "platform/coro/when_all.h"
#include "platform/rpc/sleep.h"
#include "platform/telemetry/log.h"
#include "services/checkout/order_saga.h"
#include "services/checkout/settlement.h"

namespace boutique::checkout {
namespace {

constexpr int kAtOnce = 16;

prometheus::Counter& CounterOf(telemetry::Metrics& metrics, const char* outcome) {
  return metrics.Counter("checkout_orders_resumed_total", "Orders taken over from another process, by outcome.",
                         {{"outcome", outcome}});
}

}  // namespace

OrderResumer::OrderResumer(ShopClients shop, telemetry::Metrics& metrics, CheckoutOptions options,
                           const base::Clock& clock)
    : shop_(shop),
      options_(options),
      clock_(clock),
      confirmed_(CounterOf(metrics, "confirmed")),
      cancelled_(CounterOf(metrics, "cancelled")),
      postponed_(CounterOf(metrics, "postponed")),
      needs_attention_(CounterOf(metrics, "needs_attention")) {}

coro::Task<void> OrderResumer::Run(rpc::Loop& loop, std::stop_token stop) {
  bool reached = true;
  while (!stop.stop_requested()) {
    const auto resumed = co_await ResumeSome(loop, stop);
    if (resumed.ok() != reached && !stop.stop_requested()) {
      telemetry::Log(telemetry::Severity::kWarning,
                     resumed.ok() ? "interrupted orders can be looked for again"
                                  : "interrupted orders cannot be looked for",
                     {{"error", resumed.status().message()}});
    }
    reached = resumed.ok();
    if (resumed.ok() && *resumed == kAtOnce) continue;
    // Not in step with the other replicas.
    const auto pause = absl::Uniform(loop.random(), 0.5, 1.5) * options_.resume_interval;
    const rpc::CallContext waiting = rpc::Begin(loop, 2 * options_.resume_interval, stop);
    co_await rpc::Sleep(waiting, std::chrono::duration_cast<std::chrono::nanoseconds>(pause));
  }
}

coro::Task<absl::StatusOr<int>> OrderResumer::ResumeSome(rpc::Loop& loop, std::stop_token stop) {
  const rpc::CallContext look = rpc::Begin(loop, options_.saga_budget(), stop);
  pb::ClaimStaleRequest request;
  request.set_most(kAtOnce);
  request.set_lease_ms(options_.LeaseMs());
  const auto claimed = co_await shop_.orders.Call<&pb::OrderService::Stub::AsyncClaimStale>(look, std::move(request));
  if (!claimed.ok()) co_return claimed.status();
  std::vector<coro::Task<bool>> resumed;
  for (const pb::Order& order : claimed->orders()) {
    resumed.push_back(Resume(rpc::Begin(loop, options_.saga_budget(), stop), order));
  }
  co_await coro::WhenAll(std::move(resumed));
  co_return claimed->orders_size();
}

coro::Task<bool> OrderResumer::Resume(rpc::CallContext call, pb::Order order) {
  OrderSaga saga(shop_, call, std::move(order), options_.LeaseMs());
  auto ended = co_await saga.Run(std::nullopt);
  pb::OrderState last = saga.order().state();
  const std::int64_t age_ms = clock_.NowMs() - saga.order().created_at_ms();
  const bool is_old = age_ms > std::chrono::duration_cast<std::chrono::milliseconds>(options_.attention_after).count();
  if (absl::IsUnavailable(ended.status()) && is_old &&
      (last == pb::CHARGING || last == pb::SHIPPING || last == pb::REFUNDING)) {
    // Where a service swallows calls nothing is left of the budget, but something of the lease.
    const rpc::CallContext rest = call.Detached(options_.lease / 5);
    OrderSaga given_up(shop_, rest, saga.order(), options_.LeaseMs());
    ended = co_await given_up.LeaveToAPerson("it has not come to its end in time: a service does not answer");
    last = given_up.order().state();
  }
  if (ended.ok()) {
    const absl::Status settled = co_await Settle(shop_, call, *ended, /*cart_is_done=*/false);
    if (!settled.ok()) ended = settled;
  }
  const bool is_done = ended.ok() || last == pb::CANCELLED;
  (ended.ok() ? confirmed_
              : last == pb::CANCELLED ? cancelled_ : last == pb::NEEDS_ATTENTION ? needs_attention_ : postponed_)
      .Increment();
  telemetry::Log(telemetry::Severity::kInfo, "an interrupted order was taken over",
                 {{"order_id", saga.order().order_id()},
                  {"state", pb::OrderState_Name(last)},
                  {"outcome", is_done ? "done" : ended.status().message()}});
  co_return is_done;
}

}  // namespace boutique::checkout
