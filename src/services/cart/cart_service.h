// SPDX-License-Identifier: Apache-2.0
// Answers CartService calls from a store.
// Threads: safe from any loop; outlives its requests.
#pragma once

#include "hipstershop/cart.grpc.pb.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/server.h"
#include "services/cart/cart_store.h"

namespace boutique::cart {

// The methods' contract is that of protos/hipstershop/cart.proto.
class CartService {
 public:
  // The store outlives the service.
  explicit CartService(CartStore& carts) : carts_(carts) {}

  rpc::Reply<pb::Empty> AddItem(const rpc::CallContext& call, const pb::AddItemRequest& request);
  rpc::Reply<pb::Cart> GetCart(const rpc::CallContext& call, const pb::GetCartRequest& request);
  rpc::Reply<pb::Empty> EmptyCart(const rpc::CallContext& call, const pb::EmptyCartRequest& request);
  rpc::Reply<pb::Empty> SetItem(const rpc::CallContext& call, const pb::SetItemRequest& request);
  rpc::Reply<pb::Empty> RemoveOrdered(const rpc::CallContext& call, const pb::RemoveOrderedRequest& request);

  // Before the server starts; the service outlives it.
  void RegisterWith(rpc::Server& server);

 private:
  CartStore& carts_;
};

}  // namespace boutique::cart
