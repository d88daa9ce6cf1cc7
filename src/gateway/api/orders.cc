// SPDX-License-Identifier: Apache-2.0
// The API's orders.
#include <utility>

#include "gateway/api/api.h"
#include "gateway/api/json.h"
#include "platform/base/ids.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {
namespace {

using coro::OrReturn;

constexpr std::int32_t kMostPerPage = 100;

}  // namespace

ApiReply GetOrders(Api& api, const Visit& visit) {
  // Where everybody shares the session, nobody's orders are shown.
  if (api.settings().single_shared_session || !api.clients().orders.IsConnected()) {
    co_return absl::NotFoundError("there is no order history");
  }
  pb::ListOrdersRequest request;
  request.set_user_id(visit.session.id);
  request.set_page_size(co_await OrReturn(NumberAsked(visit, "page_size", kMostPerPage)));
  request.set_page_token(std::string(visit.Field("page_token")));
  const auto page = co_await OrReturn(
      co_await api.clients().orders.Call<&pb::OrderService::Stub::AsyncListOrders>(visit.call, std::move(request)));
  v1::OrderList list;
  for (const pb::Order& order : page.orders()) *list.add_orders() = OrderOf(order);
  list.set_next_page_token(page.next_page_token());
  co_return JsonAnswer(200, list);
}

ApiReply GetOrder(Api& api, const Visit& visit) {
  pb::GetOrderRequest request;
  request.set_user_id(visit.session.id);
  request.set_order_id(std::string(visit.request.Param("id")));
  // What has not the form of an id is the id of nothing, and so is every id where no orders are kept.
  const bool may_be_one = base::IsUuidV4(request.order_id()) && api.clients().orders.IsConnected();
  if (!may_be_one) co_return absl::NotFoundError("no such order");
  const auto order = co_await OrReturn(
      co_await api.clients().orders.Call<&pb::OrderService::Stub::AsyncGetOrder>(visit.call, std::move(request)));
  co_return JsonAnswer(200, OrderOf(order));
}

}  // namespace boutique::gateway
