// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_states.h"

#include <map>
#include <set>
#include <vector>

#include "sample_order.h"
#include "support/catch.h"

namespace boutique::order {
namespace {

const std::map<pb::OrderState, std::set<pb::OrderState>> kWays = {
    {pb::PENDING, {pb::CHARGING, pb::CANCELLED}},
    {pb::CHARGING, {pb::CHARGED, pb::SHIPPING, pb::REFUNDING, pb::CANCELLED, pb::NEEDS_ATTENTION}},
    {pb::CHARGED, {pb::SHIPPING, pb::REFUNDING}},
    {pb::SHIPPING, {pb::SHIPPED, pb::CONFIRMED, pb::REFUNDING, pb::NEEDS_ATTENTION}},
    {pb::SHIPPED, {pb::CONFIRMED, pb::REFUNDING}},
    {pb::REFUNDING, {pb::REFUNDED, pb::NEEDS_ATTENTION}},
    {pb::REFUNDED, {pb::CANCELLED}},
    {pb::NEEDS_ATTENTION, {pb::SHIPPING, pb::REFUNDING, pb::CANCELLED}},
};

pb::RecordStepRequest Step(pb::OrderState from, pb::OrderState to, std::int64_t epoch = 1) {
  pb::RecordStepRequest step;
  step.set_expected_state(from);
  step.set_expected_epoch(epoch);
  step.set_state(to);
  return step;
}

pb::Order OrderIn(pb::OrderState state, std::int64_t epoch = 1) {
  pb::Order order = SampleOrder();
  order.set_state(state);
  order.set_epoch(epoch);
  return order;
}

TEST_CASE("a state leads to those that follow it and to no other", "[order]") {
  for (int from = pb::OrderState_MIN - 1; from <= pb::OrderState_MAX + 1; ++from) {
    for (int to = pb::OrderState_MIN - 1; to <= pb::OrderState_MAX + 1; ++to) {
      const auto ways = kWays.find(static_cast<pb::OrderState>(from));
      const bool leads = ways != kWays.end() && ways->second.count(static_cast<pb::OrderState>(to)) == 1;
      INFO(from << " to " << to);
      CHECK(LeadsTo(static_cast<pb::OrderState>(from), static_cast<pb::OrderState>(to)) == leads);
      pb::Order order = OrderIn(static_cast<pb::OrderState>(from));
      auto step = Step(static_cast<pb::OrderState>(from), static_cast<pb::OrderState>(to));
      step.set_transaction_id("t-1");
      const absl::StatusCode code = leads ? absl::StatusCode::kOk : absl::StatusCode::kFailedPrecondition;
      CHECK(TakeStep(step, 1, &order).code() == code);
    }
  }
}

TEST_CASE("nothing follows a final state, and something every other", "[order]") {
  for (int state = pb::PENDING; state <= pb::OrderState_MAX; ++state) {
    const bool is_end = kWays.count(static_cast<pb::OrderState>(state)) == 0;
    CHECK(IsFinal(static_cast<pb::OrderState>(state)) == is_end);
  }
}

TEST_CASE("a step notes what it brought and leaves the rest", "[order]") {
  pb::Order order = OrderIn(pb::CHARGING);
  auto step = Step(pb::CHARGING, pb::CHARGED);
  step.set_transaction_id("t-1");
  step.set_card_brand("visa");
  step.set_card_last_four("0454");
  REQUIRE_OK(TakeStep(step, 50, &order));
  REQUIRE_OK(TakeStep(Step(pb::CHARGED, pb::SHIPPING), 60, &order));
  step = Step(pb::SHIPPING, pb::REFUNDING);
  step.set_reason("the parcel could not be sent");
  step.set_reason_code(14);
  REQUIRE_OK(TakeStep(step, 70, &order));
  CHECK(order.state() == pb::REFUNDING);
  CHECK(order.transaction_id() == "t-1");
  CHECK(order.card_brand() == "visa");
  CHECK(order.card_last_four() == "0454");
  CHECK(order.shipping_tracking_id().empty());
  CHECK(order.reason() == "the parcel could not be sent");
  CHECK(order.reason_code() == 14);
  CHECK(order.updated_at_ms() == 70);
}

TEST_CASE("a person ships only what a transaction is known of, and that has failed no more", "[order]") {
  pb::Order order = OrderIn(pb::NEEDS_ATTENTION);
  order.clear_transaction_id();
  order.set_reason("the parcel could not be sent");
  order.set_reason_code(14);
  auto step = Step(pb::NEEDS_ATTENTION, pb::SHIPPING);
  const pb::Order before = order;
  CHECK_CODE(TakeStep(step, 50, &order), kFailedPrecondition);
  CHECK(order.SerializeAsString() == before.SerializeAsString());
  step.set_transaction_id("t-1");
  for (int repeat = 0; repeat < 2; ++repeat) REQUIRE_OK(TakeStep(step, 50, &order));
  CHECK(order.transaction_id() == "t-1");
  CHECK(order.reason().empty());
  CHECK(order.reason_code() == 0);
}

TEST_CASE("a repeated step changes nothing, not even the time", "[order]") {
  pb::Order order = OrderIn(pb::SHIPPING);
  auto step = Step(pb::SHIPPING, pb::CONFIRMED);
  step.set_shipping_tracking_id("QK-34-1710483920");
  REQUIRE_OK(TakeStep(step, 50, &order));
  const std::string first = order.SerializeAsString();
  REQUIRE_OK(TakeStep(step, 60, &order));
  CHECK(order.SerializeAsString() == first);
  step.set_shipping_tracking_id("another");
  CHECK_CODE(TakeStep(step, 70, &order), kAborted);
  CHECK(order.SerializeAsString() == first);
}

TEST_CASE("a step of the wrong state or epoch is aborted and changes nothing", "[order]") {
  for (const auto& [state, epoch] : {std::pair(pb::CHARGING, 2), std::pair(pb::PENDING, 1), std::pair(pb::CHARGED, 2),
                                     std::pair(pb::CANCELLED, 1)}) {
    pb::Order order = OrderIn(state, epoch);
    const std::string before = order.SerializeAsString();
    CHECK_CODE(TakeStep(Step(pb::CHARGING, pb::CHARGED, 1), 50, &order), kAborted);
    CHECK(order.SerializeAsString() == before);
  }
}

TEST_CASE("an order's time never runs backwards", "[order]") {
  pb::Order order = OrderIn(pb::PENDING);
  order.set_updated_at_ms(100);
  REQUIRE_OK(TakeStep(Step(pb::PENDING, pb::CHARGING), 90, &order));
  CHECK(order.updated_at_ms() == 100);
}

}  // namespace
}  // namespace boutique::order
