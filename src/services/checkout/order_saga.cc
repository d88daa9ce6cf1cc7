// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/order_saga.h"

#include <chrono>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/rpc/retry.h"
#include "platform/rpc/sleep.h"
#include "platform/telemetry/log.h"

namespace boutique::checkout {
namespace {

constexpr auto kOneAttempt = std::chrono::seconds(3);

// Whether the callee has said no, so that the call certainly had no effect.
bool IsRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kResourceExhausted: return true;
    default: return false;
  }
}

// Repeats a call that may be repeated, for example a refund by its key, until it is answered or the saga's budget is
// spent.
template <typename Response>
rpc::Reply<Response> UntilAnswered(const rpc::CallContext& call,
                                   std::function<rpc::Reply<Response>(const rpc::CallContext&)> attempt) {
  for (int count = 1;; ++count) {
    const rpc::CallContext one = call.Within(kOneAttempt);
    auto reply = co_await attempt(one);
    if (reply.ok() || IsRefusal(reply.status())) co_return std::move(reply);
    const auto pause = rpc::Backoff(count, call.loop->random());
    if (call.Left() <= pause) co_return std::move(reply);
    co_await rpc::Sleep(call, pause);
  }
}

}  // namespace

rpc::Reply<pb::Order> OrderSaga::Record(pb::OrderState state, pb::RecordStepRequest notes) {
  if (!shop_.orders.IsConnected()) {
    order_.set_state(state);
    co_return order_;
  }
  notes.set_order_id(order_.order_id());
  notes.set_expected_state(order_.state());
  notes.set_expected_epoch(order_.epoch());
  notes.set_state(state);
  auto recorded = co_await shop_.orders.Call<&pb::OrderService::Stub::AsyncRecordStep>(call_, std::move(notes));
  if (recorded.ok()) order_ = *recorded;
  co_return std::move(recorded);
}

rpc::Reply<pb::Order> OrderSaga::Run(pb::CreditCardInfo card) {
  const auto charging = co_await Record(pb::CHARGING);
  if (!charging.ok()) co_return Blame("order failure", charging.status());

  pb::ChargeRequest request;
  *request.mutable_amount() = order_.total();
  *request.mutable_credit_card() = std::move(card);
  request.set_idempotency_key(order_.order_id());
  // Half of the budget: the rest is for finding out what became of it, and for undoing it, if no answer comes.
  const rpc::CallContext half = call_.Within(call_.Left() / 2);
  auto charge = co_await shop_.payments.Call<&pb::PaymentService::Stub::AsyncCharge>(half, std::move(request));
  if (!charge.ok() && IsRefusal(charge.status())) {
    const bool is_the_cards_fault =
        absl::IsInvalidArgument(charge.status()) || absl::IsFailedPrecondition(charge.status());
    absl::Status failure = is_the_cards_fault ? charge.status() : Blame("charge failure", charge.status());
    co_return co_await GiveUp(std::move(failure));
  }
  if (!charge.ok()) charge = co_await EstablishCharge(charge.status());
  if (!charge.ok() && order_.state() != pb::CHARGING) co_return charge.status();
  if (!charge.ok()) co_return absl::UnavailableError("it is not known yet whether the card was charged");

  pb::RecordStepRequest charged;
  charged.set_transaction_id(charge->transaction_id());
  charged.set_card_brand(charge->card_brand());
  charged.set_card_last_four(charge->card_last_four());
  order_.set_transaction_id(charge->transaction_id());
  const auto shipping = co_await Record(pb::SHIPPING, std::move(charged));
  if (!shipping.ok()) co_return co_await GoBack(Blame("order failure", shipping.status()));

  const auto shipped = co_await Ship();
  if (!shipped.ok()) co_return co_await GoBack(Blame("shipping error", shipped.status()));

  pb::RecordStepRequest done;
  done.set_shipping_tracking_id(shipped->tracking_id());
  const auto confirmed = co_await Record(pb::CONFIRMED, std::move(done));
  order_.set_shipping_tracking_id(shipped->tracking_id());
  if (!confirmed.ok()) {
    // Charged and shipped: it is an order, whatever the record says at this moment.
    telemetry::Log(telemetry::Severity::kError, "a shipped order could not be recorded as confirmed",
                   {{"order_id", order_.order_id()}, {"error", confirmed.status().message()}});
  }
  co_return order_;
}

rpc::Reply<pb::ChargeResponse> OrderSaga::EstablishCharge(absl::Status failure) {
  std::function<rpc::Reply<pb::ChargeRecord>(const rpc::CallContext&)> ask = [this](const rpc::CallContext& call) {
    pb::GetChargeRequest request;
    request.set_idempotency_key(order_.order_id());
    return shop_.payments.Call<&pb::PaymentService::Stub::AsyncGetCharge>(call, std::move(request));
  };
  auto record = co_await UntilAnswered(call_, std::move(ask));
  if (record.ok() && record->state() == pb::ChargeRecord::STANDING) {
    pb::ChargeResponse charge;
    charge.set_transaction_id(record->transaction_id());
    charge.set_card_brand(record->card_brand());
    charge.set_card_last_four(record->card_last_four());
    co_return charge;
  }
  if (absl::IsUnimplemented(record.status())) {
    // The public paymentservice knows no keys: nobody but its operator can tell.
    co_await Record(pb::NEEDS_ATTENTION);
    telemetry::Log(telemetry::Severity::kError, "an order needs attention: its charge cannot be established",
                   {{"order_id", order_.order_id()}});
    co_return failure;
  }
  if (!record.ok() && !absl::IsNotFound(record.status())) co_return failure;
  if (record.ok() && record->state() == pb::ChargeRecord::DECLINED) failure = absl::FailedPreconditionError("declined");
  const auto ended = co_await GoBack(Blame("charge failure", failure));
  co_return ended.status();
}

rpc::Reply<pb::ShipOrderResponse> OrderSaga::Ship() {
  if (!shop_.shipping.IsConnected()) co_return pb::ShipOrderResponse();
  pb::ShipOrderRequest request;
  *request.mutable_address() = order_.shipping_address();
  for (const pb::OrderItem& item : order_.items()) *request.add_items() = item.item();
  request.set_idempotency_key(order_.order_id());
  const rpc::CallContext one = call_.Within(kOneAttempt);
  auto shipped = co_await shop_.shipping.Call<&pb::ShippingService::Stub::AsyncShipOrder>(one, std::move(request));
  co_return std::move(shipped);
}

rpc::Reply<pb::Order> OrderSaga::GoBack(absl::Status failure) {
  // What cannot be recorded is undone all the same: the money first.
  co_await Record(pb::REFUNDING);
  std::function<rpc::Reply<pb::Shipment>(const rpc::CallContext&)> call_back = [this](const rpc::CallContext& call) {
    pb::CancelShipmentRequest request;
    request.set_idempotency_key(order_.order_id());
    return shop_.shipping.Call<&pb::ShippingService::Stub::AsyncCancelShipment>(call, std::move(request));
  };
  std::function<rpc::Reply<pb::ChargeRecord>(const rpc::CallContext&)> refund = [this](const rpc::CallContext& call) {
    pb::RefundRequest request;
    request.set_idempotency_key(order_.order_id());
    return shop_.payments.Call<&pb::PaymentService::Stub::AsyncRefund>(call, std::move(request));
  };
  const auto refunded = co_await UntilAnswered(call_, std::move(refund));
  absl::StatusOr<pb::Shipment> cancelled = pb::Shipment();
  if (shop_.shipping.IsConnected()) cancelled = co_await UntilAnswered(call_, std::move(call_back));
  const bool parcel_is_back = cancelled.ok() || absl::IsUnimplemented(cancelled.status());
  if (!refunded.ok() || !parcel_is_back) {
    co_await Record(pb::NEEDS_ATTENTION);
    telemetry::Log(telemetry::Severity::kError, "an order needs attention: it could not be undone",
                   {{"order_id", order_.order_id()},
                    {"refund", refunded.status().message()},
                    {"shipment", cancelled.status().message()}});
    co_return failure;
  }
  co_await Record(pb::REFUNDED);
  co_return co_await GiveUp(std::move(failure));
}

rpc::Reply<pb::Order> OrderSaga::GiveUp(absl::Status failure) {
  pb::RecordStepRequest why;
  why.set_reason(std::string(failure.message()));
  why.set_reason_code(static_cast<int>(failure.code()));
  const auto recorded = co_await Record(pb::CANCELLED, std::move(why));
  if (!recorded.ok()) {
    telemetry::Log(telemetry::Severity::kError, "an order that was given up could not be recorded",
                   {{"order_id", order_.order_id()}, {"error", recorded.status().message()}});
  }
  co_return failure;
}

}  // namespace boutique::checkout
