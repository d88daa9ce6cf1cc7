// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/base/check_field.h"
#include "platform/base/status.h"
#include "services/order/order_checks.h"
#include "services/order/order_states.h"

namespace boutique::order {
namespace {

using rpc::OrReturn;

constexpr int kUsualPage = 20;
constexpr int kLargestPage = 100;

}  // namespace

rpc::Reply<pb::CreateOrderResponse> OrderService::CreateOrder(const rpc::CallContext& call,
                                                              const pb::CreateOrderRequest& request) {
  if (!request.has_order()) co_return base::InvalidField("order", "is required");
  co_await OrReturn(CheckNewOrder(request.order()));
  pb::Order order = request.order();
  order.set_state(pb::PENDING);
  order.set_epoch(1);
  order.set_created_at_ms(clock_.NowMs());
  order.set_updated_at_ms(order.created_at_ms());
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
  co_return co_await store_.Apply(call, request.order_id(), take_step);
}

rpc::Reply<pb::Order> OrderService::GetOrder(const rpc::CallContext& call, const pb::GetOrderRequest& request) {
  co_await OrReturn(base::CheckUserId(request.user_id()));
  switch (request.by_case()) {
    case pb::GetOrderRequest::kOrderId:
      co_await OrReturn(base::CheckLength("order_id", request.order_id(), 1, 64));
      co_return co_await store_.Find(call, request.user_id(), request.order_id());
    case pb::GetOrderRequest::kIdempotencyKey:
      co_await OrReturn(base::CheckIdempotencyKey(request.idempotency_key()));
      co_return co_await store_.FindByKey(call, request.user_id(), request.idempotency_key());
    default: co_return base::InvalidField("by", "order_id or idempotency_key is required");
  }
}

rpc::Reply<pb::ListOrdersResponse> OrderService::ListOrders(const rpc::CallContext& call,
                                                            const pb::ListOrdersRequest& request) {
  co_await OrReturn(base::CheckUserId(request.user_id()));
  if (request.page_size() < 0 || request.page_size() > kLargestPage) {
    co_return base::InvalidField("page_size", absl::StrCat("must be from 0 to ", kLargestPage));
  }
  co_await OrReturn(base::CheckLength("page_token", request.page_token(), 0, 64));
  const int most = request.page_size() == 0 ? kUsualPage : request.page_size();
  // A page's token is the id of its last order.
  auto page = co_await store_.List(call, request.user_id(), request.page_token(), most);
  if (absl::IsNotFound(page.status())) co_return base::InvalidField("page_token", "is none of this user's");
  if (!page.ok()) co_return page.status();
  pb::ListOrdersResponse reply;
  for (pb::Order& order : page->orders) *reply.add_orders() = std::move(order);
  if (page->has_more) reply.set_next_page_token(reply.orders(reply.orders_size() - 1).order_id());
  co_return reply;
}

void OrderService::RegisterWith(rpc::Server& server) {
  using Async = pb::OrderService::AsyncService;
  server.Add<pb::OrderService>(*this, rpc::Method<&Async::RequestCreateOrder, &OrderService::CreateOrder>{},
                               rpc::Method<&Async::RequestRecordStep, &OrderService::RecordStep>{},
                               rpc::Method<&Async::RequestGetOrder, &OrderService::GetOrder>{},
                               rpc::Method<&Async::RequestListOrders, &OrderService::ListOrders>{});
}

}  // namespace boutique::order
