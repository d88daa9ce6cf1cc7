// SPDX-License-Identifier: Apache-2.0
// What follows the confirmation of an order: its cart is rid of what was ordered, and where no order service does that by
// the order's event, its buyer is told.
// Threads: safe from any loop.
#pragma once

#include "hipstershop/order.pb.h"
#include "platform/rpc/call_context.h"
#include "services/checkout/shop_calls.h"

namespace boutique::checkout {

// Whether a cart service that cannot subtract, as the public one cannot, is asked to empty the cart instead: right
// after the order, but not when something else may have been added meanwhile.
enum class MayEmpty { kNo, kYes };

// Subtracts what was ordered from the buyer's cart. Does nothing if that was done before.
rpc::Reply<pb::Empty> TakeOutOfCart(const ShopClients& shop, const rpc::CallContext& call, const pb::Order& order,
                                    MayEmpty may_empty);

// Does what is left to do for a confirmed order and notes that it is settled. OK, or why that must be tried again; the
// buyer may then be told twice.
coro::Task<absl::Status> Settle(const ShopClients& shop, const rpc::CallContext& call, const pb::Order& order,
                                bool cart_is_done);

}  // namespace boutique::checkout
