// SPDX-License-Identifier: Apache-2.0
// The API's cart.
#include <utility>

#include "absl/strings/match.h"
#include "gateway/api/api.h"
#include "gateway/api/json.h"
#include "gateway/api/problem.h"
#include "platform/base/check_field.h"
#include "platform/base/status.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {
namespace {

using coro::OrReturn;

constexpr std::int32_t kMostOfOne = 1000;
constexpr std::size_t kLongestId = 128;
constexpr char kDollar[] = "USD";

http::Response Changed() {
  http::Response response;
  response.status = 204;
  return response;
}

v1::CartLine LineOf(const CartLine& line, const Assets& assets, absl::string_view base_url) {
  v1::CartLine shown;
  shown.set_product_id(line.item.product_id());
  shown.set_quantity(line.item.quantity());
  if (!line.product) return shown;
  *shown.mutable_product() = ProductOf(*line.product, assets, base_url);
  line.unit.CopyTo(shown.mutable_product()->mutable_price());
  line.unit.CopyTo(shown.mutable_unit_price());
  line.total.CopyTo(shown.mutable_total());
  return shown;
}

v1::Cart CartOf(const CartView& view, const Assets& assets, absl::string_view base_url) {
  v1::Cart cart;
  for (const CartLine& line : view.lines) *cart.add_items() = LineOf(line, assets, base_url);
  cart.set_item_count(view.frame.cart_count);
  cart.set_currency_code(view.frame.currency);
  view.subtotal.CopyTo(cart.mutable_subtotal());
  // Nothing costs nothing, and nothing to send it.
  const std::optional<base::Money> free = view.lines.empty() ? std::optional(view.subtotal) : std::nullopt;
  if (const auto& shipping = view.shipping ? view.shipping : free) shipping->CopyTo(cart.mutable_shipping());
  if (const auto& total = view.total ? view.total : free) total->CopyTo(cart.mutable_total());
  return cart;
}

absl::Status CheckQuantity(std::int32_t quantity, std::int32_t least) {
  if (quantity >= least && quantity <= kMostOfOne) return absl::OkStatus();
  return base::FieldOutOfRange("quantity", absl::StrCat("must be from ", least, " to ", kMostOfOne));
}

// Sets a line, 0 to remove it.
rpc::Reply<http::Response> SetLine(Api& api, const Visit& visit, std::int32_t quantity) {
  pb::SetItemRequest request;
  request.set_user_id(visit.session.id);
  request.mutable_item()->set_product_id(std::string(visit.request.Param("product_id")));
  request.mutable_item()->set_quantity(quantity);
  const auto set = co_await api.shop().calls().SetItem(visit.call, std::move(request));
  if (!set.ok()) co_return WithoutPrefix(set.status(), "item.");
  co_return Changed();
}

bool IsFull(const absl::Status& status) {
  return absl::IsResourceExhausted(status) && absl::StrContains(status.message(), "cart");
}

http::Response CartIsFull(const Visit& visit) {
  return ProblemAnswer(ProblemOf(422, kCartFull, "The cart is full", "Order what is in the cart, or remove something."),
                       visit.request_id);
}

}  // namespace

ApiReply GetCart(Api& api, const Visit& visit) {
  const auto asked = co_await OrReturn(co_await CurrencyAsked(api, visit));
  const Visitor visitor{visit.session.id, asked.empty() ? kDollar : asked};
  const auto view =
      co_await OrReturn(co_await api.shop().Cart(visit.call, visitor, /*with_recommendations=*/false));
  if (view.frame.currency != visitor.currency) {
    co_return absl::UnavailableError("prices cannot be converted at the moment");
  }
  co_return JsonAnswer(200, CartOf(view, api.assets(), visit.base));
}

ApiReply PostCartItem(Api& api, const Visit& visit) {
  pb::CartItem item;
  co_await OrReturn(FromJson(visit.request.body, &item));
  co_await OrReturn(base::CheckLength("product_id", item.product_id(), 1, kLongestId));
  co_await OrReturn(CheckQuantity(item.quantity(), 1));
  Visitor visitor{visit.session.id, kDollar};
  const auto added = co_await api.shop().AddToCart(visit.call, std::move(visitor), std::move(item));
  if (IsFull(added.status())) co_return CartIsFull(visit);
  if (!added.ok()) co_return WithoutPrefix(added.status(), "item.");
  co_return Changed();
}

ApiReply PutCartItem(Api& api, const Visit& visit) {
  v1::LineQuantity line;
  co_await OrReturn(FromJson(visit.request.body, &line));
  // Without a number it would remove the line.
  if (!line.has_quantity()) co_return base::InvalidField("quantity", "is required");
  co_await OrReturn(CheckQuantity(line.quantity(), 0));
  if (line.quantity() > 0) {
    pb::GetProductRequest known;
    known.set_id(std::string(visit.request.Param("product_id")));
    co_await OrReturn(co_await api.clients().catalog.Call<&pb::ProductCatalogService::Stub::AsyncGetProduct>(
        visit.call, std::move(known)));
  }
  auto answer = co_await SetLine(api, visit, line.quantity());
  if (IsFull(answer.status())) co_return CartIsFull(visit);
  co_return std::move(answer);
}

ApiReply DeleteCartItem(Api& api, const Visit& visit) { co_return co_await SetLine(api, visit, 0); }

ApiReply DeleteCart(Api& api, const Visit& visit) {
  pb::EmptyCartRequest request;
  request.set_user_id(visit.session.id);
  co_await OrReturn(
      co_await api.clients().carts.Call<&pb::CartService::Stub::AsyncEmptyCart>(visit.call, std::move(request)));
  co_return Changed();
}

}  // namespace boutique::gateway
