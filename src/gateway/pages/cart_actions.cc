// SPDX-License-Identifier: Apache-2.0
// What the cart's forms do.
#include <nlohmann/json.hpp>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/pages/pages.h"
#include "gateway/wrong_input.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {
namespace {

constexpr int kInputIsWrong = 422;

// The sentence for a cart that refused a change; empty if it failed for another reason.
std::string WhyRefused(const absl::Status& status) {
  if (absl::IsOutOfRange(status)) return "You can have up to 1000 of one product.";
  if (absl::IsInvalidArgument(status)) return "That product cannot be in a cart.";
  if (absl::IsUnimplemented(status)) return "Single items cannot be changed at the moment. You can empty the cart.";
  const bool full = absl::IsResourceExhausted(status) && absl::StrContains(status.message(), "cart");
  return full ? "Your cart is full. Please order what is in it first." : std::string();
}

// The cart's page with the reason, or the error.
PageReply NotChanged(Storefront& front, const Visit& visit, absl::Status status) {
  CartNotice notice;
  notice.status = kInputIsWrong;
  notice.cart_refused = WhyRefused(status);
  if (notice.cart_refused.empty()) co_return status;
  co_return co_await ShowCartWith(front, visit, notice);
}

// INVALID_ARGUMENT for a number of something that is not sold. What was sold once can still be removed.
coro::Task<absl::Status> CanBeSet(Storefront& front, const Visit& visit, std::int32_t quantity) {
  if (quantity == 0) co_return absl::OkStatus();
  pb::GetProductRequest request;
  request.set_id(std::string(visit.Field("product_id")));
  const auto product = co_await front.shop().clients().catalog.Call<&pb::ProductCatalogService::Stub::AsyncGetProduct>(
      visit.call, std::move(request));
  if (absl::IsNotFound(product.status())) co_return absl::InvalidArgumentError("no such product");
  co_return product.status();
}

http::Response AddedAsJson(const pb::Product& product, std::int64_t cart_count) {
  const nlohmann::json added = {{"cart_count", cart_count},
                                {"message", absl::StrCat(product.name(), " was added to your cart.")}};
  return http::Answer(200, "application/json", added.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

PageReply AddToCart(Storefront& front, const Visit& visit) {
  const auto quantity = ReadQuantity(visit.Field("quantity"));
  if (visit.Field("product_id").empty()) co_return WrongInput("Choose a product.");
  if (!quantity) co_return WrongInput("Choose a quantity from 1 to 10.");
  pb::CartItem item;
  item.set_product_id(std::string(visit.Field("product_id")));
  item.set_quantity(*quantity);
  const auto product = co_await front.shop().AddToCart(visit.call, VisitorOf(visit), std::move(item));
  if (!product.ok()) co_return co_await NotChanged(front, visit, product.status());
  if (!visit.wants_json) co_return http::SeeOther(visit.Url("/cart"));
  const auto count = co_await front.shop().CartCount(visit.call, visit.session.id);
  co_return AddedAsJson(*product, count);
}

PageReply UpdateCart(Storefront& front, const Visit& visit) {
  const auto quantity = ReadLineQuantity(visit.Field("quantity"));
  if (visit.Field("product_id").empty()) co_return WrongInput("Choose a product.");
  absl::Status changed = absl::OutOfRangeError("quantity");
  if (quantity) changed = co_await CanBeSet(front, visit, *quantity);
  if (changed.ok()) {
    pb::SetItemRequest request;
    request.set_user_id(visit.session.id);
    request.mutable_item()->set_product_id(std::string(visit.Field("product_id")));
    request.mutable_item()->set_quantity(*quantity);
    const auto reply = co_await front.shop().calls().SetItem(visit.call, std::move(request));
    changed = reply.status();
  }
  if (!changed.ok()) co_return co_await NotChanged(front, visit, changed);
  co_return http::SeeOther(visit.Url("/cart"));
}

PageReply EmptyCart(Storefront& front, const Visit& visit) {
  pb::EmptyCartRequest request;
  request.set_user_id(visit.session.id);
  const auto emptied = co_await front.shop().clients().carts.Call<&pb::CartService::Stub::AsyncEmptyCart>(
      visit.call, std::move(request));
  if (!emptied.ok()) co_return emptied.status();
  co_return http::SeeOther(visit.Url("/"));
}

}  // namespace boutique::gateway
