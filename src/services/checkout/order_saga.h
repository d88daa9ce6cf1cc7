// SPDX-License-Identifier: Apache-2.0
// Takes one order on record through charge and shipment, or back. Every step is recorded before and after its effect, so
// that whoever takes the order over knows what may have happened.
// Threads: lives on its request's loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "hipstershop/order.pb.h"
#include "hipstershop/payment.pb.h"
#include "platform/rpc/call_context.h"
#include "services/checkout/shop_calls.h"

namespace boutique::checkout {

class OrderSaga {
 public:
  // `shop` and `call` outlive the saga; `call` is not the buyer's but has a budget of its own, less than the lease of
  // `lease_ms` that each step renews, so that nobody else works on the order meanwhile. `order` is this process's: just
  // stored, or claimed.
  OrderSaga(const ShopClients& shop, const rpc::CallContext& call, pb::Order order, std::int64_t lease_ms);

  // Takes the order as far as it goes. No card is on record: without one, an order that was not charged is cancelled.
  // The confirmed order; or why it was cancelled, with nothing charged and nothing shipped: FAILED_PRECONDITION or
  // INVALID_ARGUMENT if the card was refused, UNAVAILABLE or INTERNAL if a service failed. UNAVAILABLE also if it is not
  // at an end, because a service is away or a person must see to it (see order()), and ABORTED if another process has
  // taken it over.
  rpc::Reply<pb::Order> Run(std::optional<pb::CreditCardInfo> card);

  // Leaves the order to a person, whom the log tells why. With the statuses of Run.
  rpc::Reply<pb::Order> LeaveToAPerson(std::string why);

  // As it is on record, as far as this process knows.
  const pb::Order& order() const { return order_; }

 private:
  // A step from the state of the order, which may be the last: OK, or why no other can follow now.
  coro::Task<absl::Status> Step();
  coro::Task<absl::Status> Begin();
  coro::Task<absl::Status> Charge();
  // Of a charge that may exist.
  coro::Task<absl::Status> EstablishCharge();
  coro::Task<absl::Status> Ship();
  coro::Task<absl::Status> Undo();
  // Moves the order on in the record; only in memory where there is no order service.
  coro::Task<absl::Status> Record(pb::OrderState state, pb::RecordStepRequest notes = pb::RecordStepRequest());
  // Records that the order is given up: REFUNDING if there is something to undo, CANCELLED if not.
  coro::Task<absl::Status> GiveUp(pb::OrderState state, absl::Status failure);

  const ShopClients& shop_;
  const rpc::CallContext& call_;
  const std::int64_t lease_ms_;
  pb::Order order_;
  std::optional<pb::CreditCardInfo> card_;
  // Whether another process may have sent a charge, which may arrive at any time.
  const bool was_charging_;
  // Whether a charge may have been made that is not on record, and why the order fails if there is none.
  bool may_be_charged_;
  absl::Status failure_;
};

// Why an order was cancelled, as its buyer was told.
absl::Status ReasonOf(const pb::Order& order);
// What a buyer is told of an order that is not at an end.
absl::Status StillWorkedOn();

}  // namespace boutique::checkout
