// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_service.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "platform/base/check_field.h"
#include "platform/base/status.h"
#include "services/order/order_checks.h"
#include "services/order/order_states.h"

namespace boutique::order {
namespace {

using rpc::OrReturn;

// What other replicas change is seen by asking the store this often, give or take a tenth, so that watchers spread.
constexpr auto kPoll = std::chrono::milliseconds(1000);
// How long the store may take to answer a watcher.
constexpr auto kReadBudget = std::chrono::seconds(5);
constexpr int kUsualPage = 20;
constexpr int kUsualClaim = 16;
constexpr int kMost = 100;

std::chrono::nanoseconds PollPause(const rpc::CallContext& call) {
  return kPoll * absl::Uniform(call.loop->random(), 900, 1100) / 1000;
}

absl::Status CheckMost(absl::string_view field, int most) {
  if (most >= 0 && most <= kMost) return absl::OkStatus();
  return base::InvalidField(field, absl::StrCat("must be from 0 to ", kMost));
}

// A list is of one buyer's orders, or of all those that need attention.
absl::Status CheckWhose(const pb::ListOrdersRequest& request) {
  if (request.state() == pb::ORDER_STATE_UNSPECIFIED) return base::CheckUserId(request.user_id());
  if (request.state() != pb::NEEDS_ATTENTION) return base::InvalidField("state", "must be NEEDS_ATTENTION or unset");
  if (!request.user_id().empty()) return base::InvalidField("user_id", "must be unset where state is set");
  return absl::OkStatus();
}

}  // namespace

rpc::Reply<pb::CreateOrderResponse> OrderService::CreateOrder(const rpc::CallContext& call,
                                                              const pb::CreateOrderRequest& request) {
  if (!request.has_order()) co_return base::InvalidField("order", "is required");
  co_await OrReturn(CheckLease(request.lease_ms()));
  co_await OrReturn(CheckNewOrder(request.order()));
  pb::Order order = request.order();
  order.set_state(pb::PENDING);
  order.set_epoch(1);
  order.set_created_at_ms(clock_.NowMs());
  order.set_updated_at_ms(order.created_at_ms());
  order.set_lease_until_ms(order.created_at_ms() + LeaseMs(request.lease_ms()));
  order.set_settled(false);
  auto stored = co_await OrReturn(co_await store_.Create(call, order));
  if (stored.fingerprint() != order.fingerprint()) {
    co_return absl::AlreadyExistsError("idempotency_key: was used for another order");
  }
  pb::CreateOrderResponse reply;
  // A caller whose first answer was lost asks again with the same id: it gets the same answer.
  reply.set_created(stored.order_id() == order.order_id());
  *reply.mutable_order() = std::move(stored);
  co_return reply;
}

rpc::Reply<pb::Order> OrderService::RecordStep(const rpc::CallContext& call, const pb::RecordStepRequest& request) {
  co_await OrReturn(CheckStep(request));
  const OrderStore::Change take_step = [&](pb::Order* order) { return TakeStep(request, clock_.NowMs(), order); };
  auto order = co_await store_.Apply(call, request.order_id(), take_step);
  if (order.ok()) watch_.Changed(order->order_id());
  co_return order;
}

rpc::Reply<pb::ClaimStaleResponse> OrderService::ClaimStale(const rpc::CallContext& call,
                                                            const pb::ClaimStaleRequest& request) {
  co_await OrReturn(base::CheckLength("order_id", request.order_id(), 0, 64));
  co_await OrReturn(CheckMost("most", request.most()));
  co_await OrReturn(CheckLease(request.lease_ms()));
  const std::int64_t now = clock_.NowMs();
  const OrderStore::Change take_over = [&](pb::Order* order) { return TakeOver(request.lease_ms(), now, order); };
  pb::ClaimStaleResponse reply;
  if (!request.order_id().empty()) {
    auto order = co_await store_.Apply(call, request.order_id(), take_over);
    if (order.ok()) watch_.Changed(order->order_id());
    if (order.ok()) *reply.add_orders() = *std::move(order);
    const bool is_none = absl::IsNotFound(order.status()) || absl::IsFailedPrecondition(order.status());
    if (!order.ok() && !is_none) co_return order.status();
    co_return reply;
  }
  const int most = request.most() == 0 ? kUsualClaim : request.most();
  auto claimed = co_await OrReturn(co_await store_.ClaimStale(call, now, most, take_over));
  taken_over_.Increment(static_cast<double>(claimed.size()));
  for (pb::Order& order : claimed) {
    watch_.Changed(order.order_id());
    *reply.add_orders() = std::move(order);
  }
  co_return reply;
}

rpc::Reply<pb::Order> OrderService::GetOrder(const rpc::CallContext& call, const pb::GetOrderRequest& request) {
  co_await OrReturn(base::CheckUserId(request.user_id()));
  switch (request.by_case()) {
    case pb::GetOrderRequest::kOrderId:
      co_await OrReturn(base::CheckLength("order_id", request.order_id(), 1, 64));
      break;
    case pb::GetOrderRequest::kIdempotencyKey:
      co_await OrReturn(base::CheckIdempotencyKey(request.idempotency_key()));
      break;
    default: co_return base::InvalidField("by", "order_id or idempotency_key is required");
  }
  co_return co_await store_.Find(call, request);
}

rpc::Reply<pb::ListOrdersResponse> OrderService::ListOrders(const rpc::CallContext& call,
                                                            const pb::ListOrdersRequest& request) {
  co_await OrReturn(CheckWhose(request));
  co_await OrReturn(CheckMost("page_size", request.page_size()));
  co_await OrReturn(base::CheckLength("page_token", request.page_token(), 0, 64));
  const int most = request.page_size() == 0 ? kUsualPage : request.page_size();
  // A page's token is the id of its last order.
  auto page = co_await store_.List(call, request.user_id(), request.page_token(), most);
  if (absl::IsNotFound(page.status())) co_return base::InvalidField("page_token", "is of another list");
  if (!page.ok()) co_return page.status();
  pb::ListOrdersResponse reply;
  for (pb::Order& order : page->orders) *reply.add_orders() = std::move(order);
  if (page->has_more) reply.set_next_page_token(reply.orders(reply.orders_size() - 1).order_id());
  co_return reply;
}

coro::Task<absl::Status> OrderService::WatchOrder(const rpc::CallContext& call, const pb::WatchOrderRequest& request,
                                                  rpc::StreamWriter<pb::Order>& writer) {
  if (absl::Status bad = base::CheckUserId(request.user_id()); !bad.ok()) co_return bad;
  if (absl::Status bad = base::CheckLength("order_id", request.order_id(), 1, 64); !bad.ok()) co_return bad;
  // Before the first look, so that no change falls between the two.
  const auto watcher = watch_.Join(call, request.order_id());
  if (watcher == nullptr) co_return absl::ResourceExhaustedError("too many orders are being watched");
  pb::GetOrderRequest which;
  which.set_user_id(request.user_id());
  which.set_order_id(request.order_id());
  std::string told;
  for (bool goes_on = true; goes_on;) {
    const rpc::CallContext reading = call.Within(kReadBudget);
    const auto order = co_await store_.Find(reading, which);
    if (!order.ok()) co_return order.status();
    std::string now = order->SerializeAsString();
    if (now != told) {
      goes_on = co_await writer.Write(*order);
      told = std::move(now);
    }
    if (goes_on && IsFinal(order->state())) co_return absl::OkStatus();
    if (goes_on) goes_on = co_await watcher->Wait(PollPause(call));
  }
  co_return absl::CancelledError("the watcher has gone");
}

void OrderService::RegisterWith(rpc::Server& server) {
  using Async = pb::OrderService::AsyncService;
  server.Add<pb::OrderService>(*this, rpc::Method<&Async::RequestCreateOrder, &OrderService::CreateOrder>{},
                               rpc::Method<&Async::RequestRecordStep, &OrderService::RecordStep>{},
                               rpc::Method<&Async::RequestClaimStale, &OrderService::ClaimStale>{},
                               rpc::Method<&Async::RequestGetOrder, &OrderService::GetOrder>{},
                               rpc::Method<&Async::RequestListOrders, &OrderService::ListOrders>{},
                               rpc::StreamMethod<&Async::RequestWatchOrder, &OrderService::WatchOrder>{});
}

}  // namespace boutique::order
