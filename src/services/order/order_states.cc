// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_states.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace boutique::order {
namespace {

constexpr std::array<std::pair<pb::OrderState, pb::OrderState>, 18> kSteps = {{
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

absl::Status TakeStep(const pb::RecordStepRequest& step, std::int64_t now_ms, pb::Order* order) {
  if (!LeadsTo(step.expected_state(), step.state())) {
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
  order->set_state(step.state());
  order->set_updated_at_ms(std::max(now_ms, order->updated_at_ms()));
  ForEachNote(step, order, [](const std::string& note, std::string* field) {
    if (!note.empty()) *field = note;
  });
  if (step.reason_code() != 0) order->set_reason_code(step.reason_code());
  return absl::OkStatus();
}

}  // namespace boutique::order
