// SPDX-License-Identifier: Apache-2.0
// Shop: the cart and the orders.
#include <algorithm>
#include <utility>

#include "gateway/shop.h"
#include "platform/coro/or_return.h"
#include "platform/coro/when_all.h"

namespace boutique::gateway {
namespace {

using coro::OrReturn;
using coro::WhenAll;

constexpr int kOrdersPerPage = 20;
// How long a page waits for what it can do without.
constexpr auto kQuoteBudget = std::chrono::milliseconds(2000);
constexpr auto kPicturesBudget = std::chrono::milliseconds(1000);

std::vector<std::string> ProductIds(const pb::Cart& cart) {
  std::vector<std::string> ids;
  for (const pb::CartItem& line : cart.items()) ids.push_back(line.product_id());
  return ids;
}

std::vector<std::string> ProductIds(const std::vector<pb::Order>& orders) {
  std::vector<std::string> ids;
  for (const pb::Order& order : orders) {
    for (const pb::OrderItem& line : order.items()) ids.push_back(line.item().product_id());
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

coro::Task<std::vector<pb::Product>> NoProducts() { co_return std::vector<pb::Product>{}; }

}  // namespace

rpc::Reply<CartView> Shop::Cart(const rpc::CallContext& call, Visitor visitor, bool with_recommendations) {
  CartView view;
  auto [read, bare, categories, can_change] = co_await WhenAll(
      GetCart(call, visitor.user_id), BareFrame(call, visitor.currency), Categories(call), calls_.CanSetItem(call));
  const auto cart = co_await OrReturn(std::move(read));
  view.frame = std::move(bare);
  view.frame.categories = std::move(categories);
  view.can_change = can_change;
  view.ships = clients().shipping.IsConnected();
  view.takes_orders = clients().checkout.IsConnected();
  const std::vector<std::string> ids = ProductIds(cart);
  auto recommend = with_recommendations ? Recommend(call, visitor.user_id, ids) : NoProducts();
  auto [found, quote, others] =
      co_await WhenAll(calls_.Products(call, ids), Quote(call, cart), std::move(recommend));
  auto products = co_await OrReturn(std::move(found));

  // Everything that has a price is converted in one call: lines, then postage, then recommendations.
  std::vector<base::Money> amounts;
  const base::Money nothing{"USD", 0, 0};
  for (const auto& product : products) {
    amounts.push_back(product ? base::Money::Of(product->price_usd()) : nothing);
  }
  amounts.push_back(quote.value_or(nothing));
  for (const pb::Product& product : others) amounts.push_back(base::Money::Of(product.price_usd()));
  auto prices = co_await OrReturn(co_await Price(call, std::move(amounts), &view.frame));

  auto price = prices.begin();
  for (int i = 0; i < cart.items_size(); ++i) {
    view.lines.push_back({cart.items(i), std::move(products[static_cast<std::size_t>(i)]), *price++, {}});
    view.frame.cart_count += cart.items(i).quantity();
  }
  const base::Money postage = *price++;
  if (quote) view.shipping = postage;
  for (pb::Product& product : others) view.recommendations.push_back({std::move(product), *price++});
  co_await OrReturn(AddUp(&view));
  co_return view;
}

coro::Task<std::optional<base::Money>> Shop::Quote(const rpc::CallContext& call, pb::Cart cart) {
  if (cart.items().empty()) co_return std::nullopt;
  if (!clients().shipping.IsConnected()) co_return base::Money{"USD", 0, 0};
  pb::GetQuoteRequest request;
  *request.mutable_items() = std::move(*cart.mutable_items());
  const rpc::CallContext soon = call.Within(kQuoteBudget);
  const auto quote =
      co_await clients().shipping.Call<&pb::ShippingService::Stub::AsyncGetQuote>(soon, std::move(request));
  if (!quote.ok()) co_return std::nullopt;
  co_return base::Money::Of(quote->cost_usd());
}

rpc::Reply<OrderView> Shop::Order(const rpc::CallContext& call, Visitor visitor, std::string order_id) {
  pb::GetOrderRequest request;
  request.set_user_id(visitor.user_id);
  request.set_order_id(order_id);
  auto [found, frame] = co_await WhenAll(
      clients().orders.Call<&pb::OrderService::Stub::AsyncGetOrder>(call, std::move(request)), FrameOf(call, visitor));
  // An id that cannot be one is nobody's order.
  if (absl::IsInvalidArgument(found.status())) co_return absl::NotFoundError("no such order");
  auto order = co_await OrReturn(std::move(found));
  co_return co_await Complete(call, std::move(visitor), std::move(frame), std::move(order));
}

rpc::Reply<OrderView> Shop::UnkeptOrder(const rpc::CallContext& call, Visitor visitor, pb::Order order) {
  auto frame = co_await FrameOf(call, visitor);
  co_return co_await Complete(call, std::move(visitor), std::move(frame), std::move(order));
}

rpc::Reply<OrderView> Shop::Complete(const rpc::CallContext& call, Visitor visitor, Frame frame, pb::Order order) {
  OrderView view;
  view.frame = std::move(frame);
  const std::vector<pb::Order> one = {order};
  view.order = std::move(order);
  std::vector<std::string> seen = ProductIds(one);
  auto [products, others] =
      co_await WhenAll(ProductsOf(call, one), Recommend(call, visitor.user_id, std::move(seen)));
  view.products = std::move(products);
  view.recommendations = co_await OrReturn(co_await PriceProducts(call, std::move(others), &view.frame));
  co_return view;
}

rpc::Reply<OrdersView> Shop::Orders(const rpc::CallContext& call, Visitor visitor, std::string page_token) {
  pb::ListOrdersRequest request;
  request.set_user_id(visitor.user_id);
  request.set_page_size(kOrdersPerPage);
  request.set_page_token(std::move(page_token));
  auto [found, frame] = co_await WhenAll(
      clients().orders.Call<&pb::OrderService::Stub::AsyncListOrders>(call, std::move(request)),
      FrameOf(call, visitor));
  auto page = co_await OrReturn(std::move(found));
  OrdersView view;
  view.frame = std::move(frame);
  view.orders.assign(page.orders().begin(), page.orders().end());
  view.next_page_token = page.next_page_token();
  view.products = co_await ProductsOf(call, view.orders);
  co_return view;
}

coro::Task<std::map<std::string, pb::Product>> Shop::ProductsOf(const rpc::CallContext& call,
                                                                const std::vector<pb::Order>& orders) {
  std::map<std::string, pb::Product> by_id;
  std::vector<std::string> ids = ProductIds(orders);
  const rpc::CallContext soon = call.Within(kPicturesBudget);
  auto products = co_await calls_.Products(soon, std::move(ids));
  if (!products.ok()) co_return by_id;
  for (auto& product : *products) {
    if (product) by_id.emplace(product->id(), *product);
  }
  co_return by_id;
}

}  // namespace boutique::gateway
