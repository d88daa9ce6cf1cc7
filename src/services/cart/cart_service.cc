// SPDX-License-Identifier: Apache-2.0
#include "services/cart/cart_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/base/check_field.h"

namespace boutique::cart {
namespace {

using rpc::OrReturn;

// Of AddItem and SetItem: user, item, product, and a quantity from `least` to kMostOfOne.
template <typename Request>
absl::Status CheckChange(const Request& request, int least) {
  if (absl::Status bad = base::CheckUserId(request.user_id()); !bad.ok()) return bad;
  if (!request.has_item()) return base::InvalidField("item", "is required");
  if (absl::Status bad = base::CheckLength("item.product_id", request.item().product_id(), 1, 128); !bad.ok()) {
    return bad;
  }
  const int quantity = request.item().quantity();
  if (quantity >= least && quantity <= kMostOfOne) return absl::OkStatus();
  return base::FieldOutOfRange("item.quantity", absl::StrCat("must be from ", least, " to ", kMostOfOne));
}

}  // namespace

absl::Status TooManyOfOne() {
  return base::FieldOutOfRange("item.quantity", absl::StrCat("the cart can hold ", kMostOfOne, " of one product"));
}

absl::Status TooManyLines() {
  return absl::ResourceExhaustedError(absl::StrCat("the cart can hold ", kMostLines, " products"));
}

rpc::Reply<pb::Empty> CartService::AddItem(const rpc::CallContext& call, const pb::AddItemRequest& request) {
  co_await OrReturn(CheckChange(request, 1));
  auto added = co_await carts_.Add(call, request.user_id(), request.item());
  co_return std::move(added);
}

rpc::Reply<pb::Cart> CartService::GetCart(const rpc::CallContext& call, const pb::GetCartRequest& request) {
  co_await OrReturn(base::CheckUserId(request.user_id()));
  auto cart = co_await carts_.Get(call, request.user_id());
  co_return std::move(cart);
}

rpc::Reply<pb::Empty> CartService::EmptyCart(const rpc::CallContext& call, const pb::EmptyCartRequest& request) {
  co_await OrReturn(base::CheckUserId(request.user_id()));
  auto emptied = co_await carts_.Empty(call, request.user_id());
  co_return std::move(emptied);
}

rpc::Reply<pb::Empty> CartService::SetItem(const rpc::CallContext& call, const pb::SetItemRequest& request) {
  co_await OrReturn(CheckChange(request, 0));
  auto set = co_await carts_.Set(call, request.user_id(), request.item());
  co_return std::move(set);
}

void CartService::RegisterWith(rpc::Server& server) {
  using Async = pb::CartService::AsyncService;
  server.Add<pb::CartService>(*this, rpc::Method<&Async::RequestAddItem, &CartService::AddItem>{},
                              rpc::Method<&Async::RequestGetCart, &CartService::GetCart>{},
                              rpc::Method<&Async::RequestEmptyCart, &CartService::EmptyCart>{},
                              rpc::Method<&Async::RequestSetItem, &CartService::SetItem>{});
}

}  // namespace boutique::cart
