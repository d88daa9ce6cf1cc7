// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/order_saga.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "platform/telemetry/log.h"
#include "services/checkout/until_answered.h"

namespace boutique::checkout {
namespace {

// What a charge's answer or record brings to the order.
template <typename Charge>
pb::RecordStepRequest NotesOf(const Charge& charge) {
  pb::RecordStepRequest notes;
  notes.set_transaction_id(charge.transaction_id());
  notes.set_card_brand(charge.card_brand());
  notes.set_card_last_four(charge.card_last_four());
  return notes;
}

// What a record would do with a step.
void Note(const pb::RecordStepRequest& step, pb::Order* order) {
  order->set_state(step.state());
  if (!step.transaction_id().empty()) order->set_transaction_id(step.transaction_id());
  if (!step.shipping_tracking_id().empty()) order->set_shipping_tracking_id(step.shipping_tracking_id());
  if (step.reason_code() == 0) return;
  order->set_reason(step.reason());
  order->set_reason_code(step.reason_code());
}

absl::Status Interrupted() {
  return absl::UnavailableError("the order was interrupted before the card was charged");
}

std::string Refusal(absl::string_view method, const absl::Status& status) {
  return absl::StrCat(method, ": ", status.ToString());
}

coro::Task<absl::Status> End(absl::Status status) { co_return status; }

}  // namespace

absl::Status ReasonOf(const pb::Order& order) {
  const bool known = order.reason_code() > 0 && order.reason_code() <= 16;
  return absl::Status(known ? static_cast<absl::StatusCode>(order.reason_code()) : absl::StatusCode::kUnavailable,
                      order.reason());
}

absl::Status StillWorkedOn() { return absl::UnavailableError("the order is still being worked on"); }

OrderSaga::OrderSaga(const ShopClients& shop, const rpc::CallContext& call, pb::Order order, std::int64_t lease_ms)
    : shop_(shop),
      call_(call),
      lease_ms_(lease_ms),
      order_(std::move(order)),
      was_charging_(order_.state() == pb::CHARGING),
      may_be_charged_(was_charging_),
      failure_(Interrupted()) {}

rpc::Reply<pb::Order> OrderSaga::Run(std::optional<pb::CreditCardInfo> card) {
  card_ = std::move(card);
  while (true) {
    if (order_.state() == pb::CONFIRMED) co_return order_;
    if (order_.state() == pb::CANCELLED) co_return ReasonOf(order_);
    if (order_.state() == pb::NEEDS_ATTENTION) co_return StillWorkedOn();
    const absl::Status taken = co_await Step();
    if (!taken.ok()) co_return taken;
  }
}

rpc::Reply<pb::Order> OrderSaga::LeaveToAPerson(std::string why) {
  const absl::Status recorded = co_await Record(pb::NEEDS_ATTENTION);
  if (!recorded.ok()) co_return recorded;
  telemetry::Log(telemetry::Severity::kError, "an order needs attention",
                 {{"order_id", order_.order_id()}, {"error", why}});
  co_return StillWorkedOn();
}

coro::Task<absl::Status> OrderSaga::Step() {
  switch (order_.state()) {
    case pb::PENDING: return Begin();
    case pb::CHARGING: return may_be_charged_ ? EstablishCharge() : Charge();
    case pb::CHARGED: return Record(pb::SHIPPING);
    case pb::SHIPPING: return Ship();
    case pb::SHIPPED: return Record(pb::CONFIRMED);
    case pb::REFUNDING: return Undo();
    case pb::REFUNDED: return Record(pb::CANCELLED);
    default: return End(absl::InternalError(absl::StrCat("an order is in the unknown state ", order_.state())));
  }
}

coro::Task<absl::Status> OrderSaga::Record(pb::OrderState state, pb::RecordStepRequest notes) {
  notes.set_order_id(order_.order_id());
  notes.set_expected_state(order_.state());
  notes.set_expected_epoch(order_.epoch());
  notes.set_state(state);
  notes.set_lease_ms(lease_ms_);
  if (!shop_.orders.IsConnected()) {
    Note(notes, &order_);
    co_return absl::OkStatus();
  }
  std::function<rpc::Reply<pb::Order>(const rpc::CallContext&)> record = [this, &notes](const rpc::CallContext& call) {
    return shop_.orders.Call<&pb::OrderService::Stub::AsyncRecordStep>(call, notes);
  };
  auto recorded = co_await UntilAnswered(call_, std::move(record));
  if (recorded.ok()) {
    order_ = *std::move(recorded);
    co_return absl::OkStatus();
  }
  if (absl::IsAborted(recorded.status())) co_return recorded.status();
  telemetry::Log(telemetry::Severity::kWarning, "a step of an order could not be recorded",
                 {{"order_id", order_.order_id()},
                  {"step", pb::OrderState_Name(state)},
                  {"error", recorded.status().message()}});
  co_return StillWorkedOn();
}

coro::Task<absl::Status> OrderSaga::GiveUp(pb::OrderState state, absl::Status failure) {
  pb::RecordStepRequest why;
  why.set_reason(std::string(failure.message()));
  why.set_reason_code(static_cast<int>(failure.code()));
  return Record(state, std::move(why));
}

coro::Task<absl::Status> OrderSaga::Begin() {
  return card_.has_value() ? Record(pb::CHARGING) : GiveUp(pb::CANCELLED, Interrupted());
}

coro::Task<absl::Status> OrderSaga::Charge() {
  pb::ChargeRequest request;
  *request.mutable_amount() = order_.total();
  *request.mutable_credit_card() = *std::move(card_);
  request.set_idempotency_key(order_.order_id());
  card_.reset();
  // Half of the budget: the rest is for finding out what became of it, and for undoing it, if no answer comes.
  const rpc::CallContext half = call_.Within(call_.Left() / 2);
  const auto charge = co_await shop_.payments.Call<&pb::PaymentService::Stub::AsyncCharge>(half, std::move(request));
  if (charge.ok()) {
    pb::RecordStepRequest charged = NotesOf(*charge);
    co_return co_await Record(pb::SHIPPING, std::move(charged));
  }
  const bool is_the_cards_fault =
      absl::IsInvalidArgument(charge.status()) || absl::IsFailedPrecondition(charge.status());
  failure_ = is_the_cards_fault ? charge.status() : Blame("charge failure", charge.status());
  // Of a key that was charged to another card nothing was refused but this card.
  const bool is_certain = IsRefusal(charge.status()) && !was_charging_ && !absl::IsAlreadyExists(charge.status());
  if (is_certain) co_return co_await GiveUp(pb::CANCELLED, failure_);
  may_be_charged_ = true;
  co_return absl::OkStatus();
}

coro::Task<absl::Status> OrderSaga::EstablishCharge() {
  std::function<rpc::Reply<pb::ChargeRecord>(const rpc::CallContext&)> ask = [this](const rpc::CallContext& call) {
    pb::GetChargeRequest request;
    request.set_idempotency_key(order_.order_id());
    return shop_.payments.Call<&pb::PaymentService::Stub::AsyncGetCharge>(call, std::move(request));
  };
  const auto charge = co_await UntilAnswered(call_, std::move(ask));
  if (charge.ok() && charge->state() == pb::ChargeRecord::STANDING) {
    pb::RecordStepRequest charged = NotesOf(*charge);
    co_return co_await Record(pb::SHIPPING, std::move(charged));
  }
  if (charge.ok() && charge->state() == pb::ChargeRecord::DECLINED) {
    if (!absl::IsFailedPrecondition(failure_)) failure_ = absl::FailedPreconditionError("the card was declined");
    co_return co_await GiveUp(pb::CANCELLED, failure_);
  }
  if (charge.ok()) co_return co_await GiveUp(pb::REFUNDING, failure_);
  if (absl::IsNotFound(charge.status())) {
    may_be_charged_ = false;
    // With a card at hand it may be charged now: the key sees to it that it is charged once.
    if (card_.has_value()) co_return absl::OkStatus();
    co_return co_await GiveUp(pb::REFUNDING, failure_);
  }
  if (IsRefusal(charge.status())) {
    // The public paymentservice knows no keys: nobody but its operator can tell.
    const auto left = co_await LeaveToAPerson(Refusal("GetCharge", charge.status()));
    co_return left.status();
  }
  co_return StillWorkedOn();
}

coro::Task<absl::Status> OrderSaga::Ship() {
  if (!shop_.shipping.IsConnected()) co_return co_await Record(pb::CONFIRMED);
  pb::ShipOrderRequest request;
  *request.mutable_address() = order_.shipping_address();
  for (const pb::OrderItem& item : order_.items()) *request.add_items() = item.item();
  request.set_idempotency_key(order_.order_id());
  const rpc::CallContext one = call_.Within(kOneAttempt);
  const auto shipped = co_await shop_.shipping.Call<&pb::ShippingService::Stub::AsyncShipOrder>(one, std::move(request));
  if (!shipped.ok()) co_return co_await GiveUp(pb::REFUNDING, Blame("shipping error", shipped.status()));
  pb::RecordStepRequest done;
  done.set_shipping_tracking_id(shipped->tracking_id());
  co_return co_await Record(pb::CONFIRMED, std::move(done));
}

coro::Task<absl::Status> OrderSaga::Undo() {
  std::function<rpc::Reply<pb::ChargeRecord>(const rpc::CallContext&)> refund = [this](const rpc::CallContext& call) {
    pb::RefundRequest request;
    request.set_idempotency_key(order_.order_id());
    return shop_.payments.Call<&pb::PaymentService::Stub::AsyncRefund>(call, std::move(request));
  };
  std::function<rpc::Reply<pb::Shipment>(const rpc::CallContext&)> call_back = [this](const rpc::CallContext& call) {
    pb::CancelShipmentRequest request;
    request.set_idempotency_key(order_.order_id());
    return shop_.shipping.Call<&pb::ShippingService::Stub::AsyncCancelShipment>(call, std::move(request));
  };
  const auto refunded = co_await UntilAnswered(call_, std::move(refund));
  absl::StatusOr<pb::Shipment> cancelled = pb::Shipment();
  if (shop_.shipping.IsConnected()) cancelled = co_await UntilAnswered(call_, std::move(call_back));
  // The public shippingservice cannot call a parcel back.
  const bool parcel_is_back = cancelled.ok() || absl::IsUnimplemented(cancelled.status());
  if (refunded.ok() && parcel_is_back) co_return co_await Record(pb::REFUNDED);
  telemetry::Log(telemetry::Severity::kWarning, "an order could not be undone yet",
                 {{"order_id", order_.order_id()},
                  {"refund", refunded.status().message()},
                  {"shipment", cancelled.status().message()}});
  const bool is_refused =
      (!refunded.ok() && IsRefusal(refunded.status())) || (!parcel_is_back && IsRefusal(cancelled.status()));
  if (!is_refused) co_return StillWorkedOn();
  std::string why = refunded.ok() ? "" : Refusal("Refund", refunded.status());
  if (!parcel_is_back) why = Refusal("CancelShipment", cancelled.status()) + (why.empty() ? "" : "; " + why);
  const auto left = co_await LeaveToAPerson(std::move(why));
  co_return left.status();
}

}  // namespace boutique::checkout
