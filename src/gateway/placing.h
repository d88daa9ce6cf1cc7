// SPDX-License-Identifier: Apache-2.0
// Places an order and finds out what became of it, also when the answer got lost: never a second order, never a wrong
// word about money.
// Safe from any loop; each call on its own request's loop.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/checkout_form.h"
#include "gateway/clients.h"
#include "hipstershop/checkout.pb.h"
#include "hipstershop/order.pb.h"
#include "platform/rpc/call_context.h"

namespace boutique::gateway {

enum class Outcome {
  kOnRecord,          // there is an order: its page says the rest
  kPlaced,            // there is an order, and no order service keeps it
  kUnknown,           // it is being worked on, or nobody can tell yet
  kInvalid,           // a field is wrong; nothing was charged
  kDeclined,          // the card was declined; nothing was charged
  kInsufficientFunds, // the same, for want of money
  kRefused,           // the cart is empty, or holds something that is no longer sold; nothing was charged
  kTotalChanged,      // the total is another one now; nothing was charged
  kNotPlaced,         // it failed, and it is certain that nothing is charged
};

struct Placement {
  Outcome outcome = Outcome::kUnknown;
  std::string order_id;                // kOnRecord
  pb::Order order;                     // kPlaced: as much as the answer says
  std::vector<FieldProblem> problems;  // kInvalid
};

// Sends the request, which has an idempotency key. `call` outlives the task.
coro::Task<Placement> Place(const Clients& clients, const rpc::CallContext& call, pb::PlaceOrderRequest request);

// What has become of the order with this key. kNotPlaced if there is none: certain only when the request for it has
// ended.
coro::Task<Placement> FindOut(const Clients& clients, const rpc::CallContext& call, std::string user_id,
                              std::string key);

}  // namespace boutique::gateway
