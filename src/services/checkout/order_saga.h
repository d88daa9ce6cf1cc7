// SPDX-License-Identifier: Apache-2.0
// Takes one stored order through charge and shipment, or back: every step is recorded before and after its effect.
// Threads: lives on its request's loop.
#pragma once

#include <string>

#include "hipstershop/order.pb.h"
#include "hipstershop/payment.pb.h"
#include "platform/rpc/call_context.h"
#include "services/checkout/shop_calls.h"

namespace boutique::checkout {

class OrderSaga {
 public:
  // `shop` and `call` outlive the saga; `call` is not the buyer's but has a budget of its own, so that an order that
  // was begun is brought to an end. `order` is in state PENDING and has its id and epoch.
  OrderSaga(const ShopClients& shop, const rpc::CallContext& call, pb::Order order)
      : shop_(shop), call_(call), order_(std::move(order)) {}

  // Charges the card and ships the parcel. The confirmed order; or, with nothing charged and nothing shipped,
  // FAILED_PRECONDITION or INVALID_ARGUMENT if the card was refused and UNAVAILABLE if a service failed. UNAVAILABLE
  // also where it cannot be established what became of the charge; the record then says CHARGING or NEEDS_ATTENTION.
  rpc::Reply<pb::Order> Run(pb::CreditCardInfo card);

 private:
  // What became of a charge whose call ended without an answer.
  rpc::Reply<pb::ChargeResponse> EstablishCharge(absl::Status failure);
  rpc::Reply<pb::ShipOrderResponse> Ship();
  // Calls the parcel back, gives the money back, and ends the order with `failure`.
  rpc::Reply<pb::Order> GoBack(absl::Status failure);
  // Ends an order for which nothing was charged.
  rpc::Reply<pb::Order> GiveUp(absl::Status failure);
  // Moves the order on in the record; only in memory where there is no order service.
  rpc::Reply<pb::Order> Record(pb::OrderState state, pb::RecordStepRequest notes = pb::RecordStepRequest());

  const ShopClients& shop_;
  const rpc::CallContext& call_;
  pb::Order order_;
};

}  // namespace boutique::checkout
