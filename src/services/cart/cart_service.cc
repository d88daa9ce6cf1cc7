// SPDX-License-Identifier: Apache-2.0
#include "services/cart/cart_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/base/check_field.h"

namespace boutique::cart {
namespace {

constexpr int kMostOrderedLines = 1000;  // as of an order

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

absl::Status CheckOrdered(const pb::RemoveOrderedRequest& request) {
  if (absl::Status bad = base::CheckUserId(request.user_id()); !bad.ok()) return bad;
  if (absl::Status bad = base::CheckLength("order_id", request.order_id(), 1, 64); !bad.ok()) return bad;
  if (request.items_size() > kMostOrderedLines) {
    return base::InvalidField("items", absl::StrCat("must have at most ", kMostOrderedLines, " lines"));
  }
  for (int i = 0; i < request.items_size(); ++i) {
    const std::string field = absl::StrCat("items[", i, "]");
    if (absl::Status bad = base::CheckLength(absl::StrCat(field, ".product_id"), request.items(i).product_id(), 1, 128);
        !bad.ok()) {
      return bad;
    }
    if (request.items(i).quantity() < 1 || request.items(i).quantity() > kMostOfOne) {
      return base::FieldOutOfRange(absl::StrCat(field, ".quantity"), absl::StrCat("must be from 1 to ", kMostOfOne));
    }
  }
  return absl::OkStatus();
}

template <typename Response>
rpc::Reply<Response> Refuse(absl::Status why) {
  co_return why;
}

}  // namespace

absl::Status TooManyOfOne() {
  return base::FieldOutOfRange("item.quantity", absl::StrCat("the cart can hold ", kMostOfOne, " of one product"));
}

absl::Status TooManyLines() {
  return absl::ResourceExhaustedError(absl::StrCat("the cart can hold ", kMostLines, " products"));
}

// The handlers are no coroutines: those that may go on hand out the store's own.
rpc::Reply<pb::Empty> CartService::AddItem(const rpc::CallContext& call, const pb::AddItemRequest& request) {
  if (absl::Status bad = CheckChange(request, 1); !bad.ok()) return Refuse<pb::Empty>(std::move(bad));
  return carts_.Add(call, request.user_id(), request.item());
}

rpc::Reply<pb::Cart> CartService::GetCart(const rpc::CallContext& call, const pb::GetCartRequest& request) {
  if (absl::Status bad = base::CheckUserId(request.user_id()); !bad.ok()) return Refuse<pb::Cart>(std::move(bad));
  return carts_.Get(call, request.user_id());
}

rpc::Reply<pb::Empty> CartService::EmptyCart(const rpc::CallContext& call, const pb::EmptyCartRequest& request) {
  if (absl::Status bad = base::CheckUserId(request.user_id()); !bad.ok()) return Refuse<pb::Empty>(std::move(bad));
  return carts_.Empty(call, request.user_id());
}

rpc::Reply<pb::Empty> CartService::SetItem(const rpc::CallContext& call, const pb::SetItemRequest& request) {
  if (absl::Status bad = CheckChange(request, 0); !bad.ok()) return Refuse<pb::Empty>(std::move(bad));
  return carts_.Set(call, request.user_id(), request.item());
}

rpc::Reply<pb::Empty> CartService::RemoveOrdered(const rpc::CallContext& call,
                                                 const pb::RemoveOrderedRequest& request) {
  if (absl::Status bad = CheckOrdered(request); !bad.ok()) return Refuse<pb::Empty>(std::move(bad));
  return carts_.Subtract(call, request);
}

void CartService::RegisterWith(rpc::Server& server) {
  using Async = pb::CartService::AsyncService;
  server.Add<pb::CartService>(*this, rpc::Method<&Async::RequestAddItem, &CartService::AddItem>{},
                              rpc::Method<&Async::RequestGetCart, &CartService::GetCart>{},
                              rpc::Method<&Async::RequestEmptyCart, &CartService::EmptyCart>{},
                              rpc::Method<&Async::RequestSetItem, &CartService::SetItem>{},
                              rpc::Method<&Async::RequestRemoveOrdered, &CartService::RemoveOrdered>{});
}

}  // namespace boutique::cart
