// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_states.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace boutique::order {
namespace {

constexpr std::array<std::pair<pb::OrderState, pb::OrderState>, 21> kSteps = {{
    {pb::PENDING, pb::CHARGING},
    {pb::PENDING, pb::CANCELLED},
    {pb::CHARGING, pb::CHARGED},
    {pb::CHARGING, pb::SHIPPING},
    {pb::CHARGING, pb::REFUNDING},
    {pb::CHARGING, pb::CANCELLED},
    {pb::CHARGING, pb::NEEDS_ATTENTION},
    {pb::CHARGED, pb::SHIPPING},
    {pb::CHARGED, pb::REFUNDING},
    {pb::SHIPPING, pb::SHIPPED},
    {pb::SHIPPING, pb::CONFIRMED},
    {pb::SHIPPING, pb::REFUNDING},
    {pb::SHIPPING, pb::NEEDS_ATTENTION},
    {pb::SHIPPED, pb::CONFIRMED},
    {pb::SHIPPED, pb::REFUNDING},
    {pb::REFUNDING, pb::REFUNDED},
    {pb::REFUNDING, pb::NEEDS_ATTENTION},
    {pb::REFUNDED, pb::CANCELLED},
    // By a person.
    {pb::NEEDS_ATTENTION, pb::SHIPPING},
    {pb::NEEDS_ATTENTION, pb::REFUNDING},
    {pb::NEEDS_ATTENTION, pb::CANCELLED},
}};

std::string NameOf(pb::OrderState state) {
  const std::string& name = pb::OrderState_Name(state);
  return name.empty() ? absl::StrCat("state ", static_cast<int>(state)) : name;
}

// Each note of a step and the order's field for it.
template <typename Visit>
void ForEachNote(const pb::RecordStepRequest& step, pb::Order* order, Visit visit) {
  visit(step.transaction_id(), order->mutable_transaction_id());
  visit(step.card_brand(), order->mutable_card_brand());
  visit(step.card_last_four(), order->mutable_card_last_four());
  visit(step.shipping_tracking_id(), order->mutable_shipping_tracking_id());
  visit(step.reason(), order->mutable_reason());
}

bool AgreesWith(const pb::RecordStepRequest& step, pb::Order* order) {
  if (step.settled() && !order->settled()) return false;
  bool agrees = step.reason_code() == 0 || step.reason_code() == order->reason_code();
  ForEachNote(step, order, [&](const std::string& note, const std::string* field) {
    agrees = agrees && (note.empty() || note == *field);
  });
  return agrees;
}

}  // namespace

bool LeadsTo(pb::OrderState from, pb::OrderState to) {
  return std::find(kSteps.begin(), kSteps.end(), std::pair(from, to)) != kSteps.end();
}

bool IsFinal(pb::OrderState state) { return state == pb::CONFIRMED || state == pb::CANCELLED; }

bool IsOpen(const pb::Order& order) {
  if (order.state() == pb::CONFIRMED) return !order.settled();
  return order.state() != pb::CANCELLED && order.state() != pb::NEEDS_ATTENTION;
}

std::int64_t LeaseMs(std::int64_t requested_ms) { return requested_ms > 0 ? requested_ms : kUsualLease.count(); }

absl::Status TakeOver(std::int64_t lease_ms, std::int64_t now_ms, pb::Order* order) {
  if (!IsOpen(*order) || order->lease_until_ms() > now_ms) {
    return absl::FailedPreconditionError("the order is at an end, or is being worked on");
  }
  // An order that cannot be brought on, because a service is away for long, must not keep everybody busy. Nor must its
  // buyer wait for long when the service is back.
  const auto doublings = std::min<std::int64_t>(order->epoch() - 1, 3);
  order->set_epoch(order->epoch() + 1);
  order->set_lease_until_ms(now_ms + (LeaseMs(lease_ms) << doublings));
  return absl::OkStatus();
}

absl::Status TakeStep(const pb::RecordStepRequest& step, std::int64_t now_ms, pb::Order* order) {
  const bool settles = step.settled() && step.expected_state() == pb::CONFIRMED && step.state() == pb::CONFIRMED;
  if (!settles && !LeadsTo(step.expected_state(), step.state())) {
    return absl::FailedPreconditionError(absl::StrCat("an order that is ", NameOf(step.expected_state()),
                                                      " cannot become ", NameOf(step.state()), " in one step"));
  }
  const bool same_epoch = order->epoch() == step.expected_epoch();
  if (same_epoch && order->state() == step.state() && AgreesWith(step, order)) return absl::OkStatus();
  if (!same_epoch || order->state() != step.expected_state()) {
    return absl::AbortedError(absl::StrCat("the order is ", NameOf(order->state()), " in epoch ", order->epoch(),
                                           ", not ", NameOf(step.expected_state()), " in epoch ",
                                           step.expected_epoch()));
  }
  // What is shipped has been paid for. Whoever else ships an order has charged it; of a person this is the proof.
  const bool is_handed_back = step.expected_state() == pb::NEEDS_ATTENTION && step.state() == pb::SHIPPING;
  if (is_handed_back && step.transaction_id().empty() && order->transaction_id().empty()) {
    return absl::FailedPreconditionError("transaction_id: is required to ship an order that needed attention");
  }
  if (is_handed_back) {  // what it had failed by is over
    order->clear_reason();
    order->clear_reason_code();
  }
  order->set_state(step.state());
  order->set_lease_until_ms(now_ms + LeaseMs(step.lease_ms()));
  if (step.settled()) order->set_settled(true);
  order->set_updated_at_ms(std::max(now_ms, order->updated_at_ms()));
  ForEachNote(step, order, [](const std::string& note, std::string* field) {
    if (!note.empty()) *field = note;
  });
  if (step.reason_code() != 0) order->set_reason_code(step.reason_code());
  return absl::OkStatus();
}

}  // namespace boutique::order
