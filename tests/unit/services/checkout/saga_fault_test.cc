// SPDX-License-Identifier: Apache-2.0
// What becomes of an order when any of its calls fails, or its process dies before or after any of them.
#include <array>
#include <thread>

#include "support/eventually.h"
#include "unit/services/checkout/faulty_shop.h"

namespace boutique::checkout {
namespace {

using namespace std::chrono_literals;

enum End { kNoOrder, kCancelled, kConfirmed };

struct Outcomes {
  const char* step;
  End error_before, error_after, crash_before, crash_after;
};

// An order that nothing else stands in the way of. A lost charge or parcel is undone, not repeated: its buyer waits.
constexpr std::array kForward = {
    Outcomes{"CreateOrder", kConfirmed, kConfirmed, kNoOrder, kCancelled},
    Outcomes{"RecordStep CHARGING", kConfirmed, kConfirmed, kCancelled, kCancelled},
    Outcomes{"Charge", kCancelled, kConfirmed, kCancelled, kConfirmed},
    Outcomes{"RecordStep SHIPPING", kConfirmed, kConfirmed, kConfirmed, kConfirmed},
    Outcomes{"ShipOrder", kCancelled, kCancelled, kConfirmed, kConfirmed},
    Outcomes{"RecordStep CONFIRMED", kConfirmed, kConfirmed, kConfirmed, kConfirmed},
    Outcomes{"RemoveOrdered", kConfirmed, kConfirmed, kConfirmed, kConfirmed},
    Outcomes{"RecordStep settled", kConfirmed, kConfirmed, kConfirmed, kConfirmed},
};

// An order whose parcel is refused after it was paid for.
constexpr std::array kBack = {
    Outcomes{"ShipOrder", kCancelled, kCancelled, kCancelled, kCancelled},
    Outcomes{"RecordStep REFUNDING", kCancelled, kCancelled, kCancelled, kCancelled},
    Outcomes{"Refund", kCancelled, kCancelled, kCancelled, kCancelled},
    Outcomes{"CancelShipment", kCancelled, kCancelled, kCancelled, kCancelled},
    Outcomes{"RecordStep REFUNDED", kCancelled, kCancelled, kCancelled, kCancelled},
    Outcomes{"RecordStep CANCELLED", kCancelled, kCancelled, kCancelled, kCancelled},
};

// What holds whatever has happened, once everything has been taken over that was left.
void CheckConsistent(FaultyShop& shop, End end, bool was_confirmed_to_buyer) {
  const auto orders = shop.Orders();
  REQUIRE(orders.size() == (end == kNoOrder ? 0U : 1U));
  const bool confirmed = end == kConfirmed;
  if (was_confirmed_to_buyer) CHECK(confirmed);
  // One mug was ordered; another came into the cart while the order was interrupted.
  CHECK(shop.Cart() == (confirmed ? "MUG 1" : "MUG 2"));
  const auto announcements = shop.Announcements();
  if (orders.empty()) {
    CHECK(announcements.empty());
    return;
  }
  REQUIRE(announcements.size() == 1);
  CHECK(announcements[0] == absl::StrCat(confirmed ? "order.confirmed " : "order.cancelled ", orders[0].order_id()));
  CHECK(orders[0].state() == (confirmed ? pb::CONFIRMED : pb::CANCELLED));
  CHECK(orders[0].settled() == confirmed);
  CHECK(shop.IsCharged(orders[0].order_id()) == confirmed);
  CHECK(shop.IsShipped(orders[0].order_id()) == confirmed);
}

void Try(const char* step, Fault fault, End end, bool refuse_parcels,
         absl::StatusCode code = absl::StatusCode::kUnavailable) {
  FaultyShop shop;
  shop.PutInCart("MUG", 1);
  shop.faults.step = step;
  shop.faults.fault = fault;
  shop.faults.code = code;
  shop.faults.refuse_parcels = refuse_parcels;
  const auto answer = shop.PlaceOrder();
  shop.AwaitSettlements();
  CHECK((shop.faults.is_lifted || shop.faults.is_dead));  // the step was reached
  shop.PutInCart("MUG", 1);
  shop.faults.Restart();
  shop.Resume();
  CheckConsistent(shop, end, answer.ok());
}

TEST_CASE("an order ends consistent, whatever fails on its way", "[saga]") {
  for (const Outcomes& each : kForward) {
    CAPTURE(each.step);
    Try(each.step, Fault::kErrorBefore, each.error_before, false);
    Try(each.step, Fault::kErrorAfter, each.error_after, false);
    Try(each.step, Fault::kCrashBefore, each.crash_before, false);
    Try(each.step, Fault::kCrashAfter, each.crash_after, false);
  }
}

TEST_CASE("an order that is undone ends consistent, whatever fails on its way back", "[saga]") {
  for (const Outcomes& each : kBack) {
    CAPTURE(each.step);
    Try(each.step, Fault::kErrorBefore, each.error_before, true);
    Try(each.step, Fault::kErrorAfter, each.error_after, true);
    Try(each.step, Fault::kCrashBefore, each.crash_before, true);
    Try(each.step, Fault::kCrashAfter, each.crash_after, true);
  }
}

// Whatever a callee calls its failure: only a no in so many words is one.
TEST_CASE("a failure with any code leaves open what has happened", "[saga]") {
  for (const absl::StatusCode code : {absl::StatusCode::kResourceExhausted, absl::StatusCode::kInternal,
                                      absl::StatusCode::kDeadlineExceeded, absl::StatusCode::kUnknown}) {
    CAPTURE(absl::StatusCodeToString(code));
    for (const Outcomes& each : kForward) {
      if (each.step == std::string("CreateOrder")) continue;  // after which there is no order, or nobody's
      CAPTURE(each.step);
      Try(each.step, Fault::kErrorBefore, each.error_before, false, code);
      Try(each.step, Fault::kErrorAfter, each.error_after, false, code);
    }
    for (const Outcomes& each : kBack) {
      CAPTURE(each.step);
      Try(each.step, Fault::kErrorBefore, each.error_before, true, code);
      Try(each.step, Fault::kErrorAfter, each.error_after, true, code);
    }
  }
}

// Who takes an order over may fail, or die, as well; the next one ends it as the first would have.
struct TakeOver {
  const char* left_at;
  Fault left;
  bool refuse_parcels;
  End end;
  std::vector<const char*> steps;
};

TEST_CASE("an order ends consistent, whatever fails while it is taken over", "[saga]") {
  const std::vector<TakeOver> table = {
      {"RecordStep CHARGING", Fault::kCrashBefore, false, kCancelled, {"ClaimStale", "RecordStep CANCELLED"}},
      {"Charge", Fault::kCrashBefore, false, kCancelled,
       {"ClaimStale", "GetCharge", "RecordStep REFUNDING", "Refund", "CancelShipment", "RecordStep REFUNDED",
        "RecordStep CANCELLED"}},
      {"Charge", Fault::kCrashAfter, false, kConfirmed,
       {"ClaimStale", "GetCharge", "RecordStep SHIPPING", "RecordStep CONFIRMED", "RemoveOrdered",
        "RecordStep settled"}},
      {"RecordStep REFUNDING", Fault::kCrashAfter, true, kCancelled,
       {"ClaimStale", "Refund", "CancelShipment", "RecordStep REFUNDED", "RecordStep CANCELLED"}},
  };
  for (const TakeOver& each : table) {
    for (const char* step : each.steps) {
      for (const Fault fault : {Fault::kErrorBefore, Fault::kErrorAfter, Fault::kCrashBefore, Fault::kCrashAfter}) {
        CAPTURE(each.left_at, each.left, step, fault);
        FaultyShop shop;
        shop.PutInCart("MUG", 1);
        shop.faults.step = each.left_at;
        shop.faults.fault = each.left;
        shop.faults.refuse_parcels = each.refuse_parcels;
        CHECK_FALSE(shop.PlaceOrder().ok());
        shop.PutInCart("MUG", 1);
        shop.faults.Restart();
        shop.faults.step = step;
        shop.faults.fault = fault;
        shop.faults.is_lifted = false;
        shop.ResumeOnce();
        CHECK((shop.faults.is_lifted || shop.faults.is_dead));  // the step was reached
        shop.faults.Restart();
        shop.Resume();
        CheckConsistent(shop, each.end, false);
      }
    }
  }
}

TEST_CASE("every step renews the lease that is configured", "[saga]") {
  for (const char* step : {"Charge", "ShipOrder"}) {
    CAPTURE(step);
    FaultyShop shop(40s);
    shop.PutInCart("MUG", 1);
    shop.faults.step = step;
    shop.faults.fault = Fault::kCrashBefore;
    CHECK_FALSE(shop.PlaceOrder().ok());
    const auto orders = shop.Orders();
    REQUIRE(orders.size() == 1);
    CHECK(orders[0].lease_until_ms() == shop.clock.NowMs() + 40'000);
  }
}

TEST_CASE("an old order whose service swallows calls is left to a person", "[saga]") {
  FaultyShop shop(1s);
  shop.PutInCart("MUG", 1);
  shop.faults.step = "Refund";
  shop.faults.fault = Fault::kSwallow;
  shop.faults.refuse_parcels = true;
  CHECK_FALSE(shop.PlaceOrder().ok());
  shop.clock.now += 24h * 7;
  shop.ResumeOnce();
  const auto orders = shop.Orders();
  REQUIRE(orders.size() == 1);
  CHECK(orders[0].state() == pb::NEEDS_ATTENTION);
}

// With another key, for instance from another tab.
TEST_CASE("a buyer's next order takes over the one that was interrupted before it", "[saga]") {
  FaultyShop shop;
  shop.PutInCart("MUG", 1);
  shop.faults.step = "ShipOrder";
  shop.faults.fault = Fault::kCrashAfter;
  CHECK_FALSE(shop.PlaceOrder().ok());
  shop.faults.Restart();
  shop.PutInCart("PIN", 1);
  shop.clock.now += 1h;
  const auto second = shop.PlaceOrder("fedcba9876543210");
  REQUIRE_OK(second);
  REQUIRE(second->items_size() == 1);
  CHECK(second->items(0).item().product_id() == "PIN");
  for (const pb::Order& order : shop.Orders()) CHECK(order.state() == pb::CONFIRMED);
  shop.AwaitSettlements();
  CHECK(shop.Cart().empty());
}

TEST_CASE("the tables name every call of an order that changes something", "[saga]") {
  for (const bool back : {false, true}) {
    FaultyShop shop;
    shop.PutInCart("MUG", 1);
    shop.faults.refuse_parcels = back;
    CHECK(shop.PlaceOrder().ok() != back);
    shop.AwaitSettlements();
    for (const std::string& step : shop.faults.steps) {
      if (step == "GetOrder") continue;
      const auto names = [&step](const Outcomes& each) { return step == each.step; };
      CAPTURE(step);
      CHECK((std::any_of(kForward.begin(), kForward.end(), names) || std::any_of(kBack.begin(), kBack.end(), names)));
    }
  }
}

TEST_CASE("a buyer who repeats an interrupted order brings the card, and is charged once", "[saga]") {
  for (const char* step : {"RecordStep CHARGING", "Charge", "RecordStep SHIPPING", "ShipOrder"}) {
    for (const Fault fault : {Fault::kCrashBefore, Fault::kCrashAfter}) {
      CAPTURE(step);
      FaultyShop shop;
      shop.PutInCart("MUG", 1);
      shop.faults.step = step;
      shop.faults.fault = fault;
      CHECK_FALSE(shop.PlaceOrder().ok());
      shop.faults.Restart();
      shop.clock.now += 1h;
      const auto repeated = shop.PlaceOrder();
      REQUIRE_OK(repeated);
      shop.AwaitSettlements();
      const auto orders = shop.Orders();
      REQUIRE(orders.size() == 1);
      CHECK(orders[0].state() == pb::CONFIRMED);
      CHECK(shop.IsCharged(orders[0].order_id()));
      CHECK(shop.IsShipped(orders[0].order_id()));
      CHECK(shop.Cart().empty());
    }
  }
}

// A process is paused with a call on its way, until long after another has brought its order to an end.
TEST_CASE("a process that wakes after its order was taken over changes nothing more", "[saga]") {
  struct Pause {
    const char* step;
    End end;
  };
  for (const Pause& each : {Pause{"Charge", kCancelled}, Pause{"ShipOrder", kConfirmed},
                            Pause{"RecordStep SHIPPING", kConfirmed}, Pause{"RecordStep CONFIRMED", kConfirmed}}) {
    CAPTURE(each.step);
    FaultyShop shop;
    shop.PutInCart("MUG", 1);
    shop.faults.step = each.step;
    shop.faults.fault = Fault::kHang;
    absl::StatusOr<pb::OrderResult> answer = absl::UnknownError("");
    {
      std::jthread buyer([&] { answer = shop.PlaceOrder(); });
      REQUIRE(testing::Eventually([&] { return shop.IsHanging(); }));
      shop.PutInCart("MUG", 1);
      shop.Resume();
      shop.Wake();
    }
    shop.AwaitSettlements();
    CHECK(answer.ok() == (each.end == kConfirmed));
    CheckConsistent(shop, each.end, answer.ok());
  }
}

// Her first charge is still on its way when the buyer repeats the order, with a card that is refused at once.
TEST_CASE("a charge that arrives after its order was cancelled with another card is refused", "[saga]") {
  for (const char* number : {"4432801561520455", "4000000000000002"}) {  // mistyped, declined
    CAPTURE(number);
    FaultyShop shop;
    shop.PutInCart("MUG", 1);
    shop.faults.step = "Charge";
    shop.faults.fault = Fault::kHang;
    {
      std::jthread buyer([&] { shop.PlaceOrder().status().IgnoreError(); });
      REQUIRE(testing::Eventually([&] { return shop.IsHanging(); }));
      shop.clock.now += 1h;
      pb::PlaceOrderRequest repeat = FaultyShop::Request();
      repeat.mutable_credit_card()->set_credit_card_number(number);
      CHECK_FALSE(shop.PlaceOrder(repeat).ok());
      shop.Wake();
    }
    shop.AwaitSettlements();
    shop.Resume();
    const auto orders = shop.Orders();
    REQUIRE(orders.size() == 1);
    CHECK(orders[0].state() == pb::CANCELLED);
    CHECK_FALSE(shop.IsCharged(orders[0].order_id()));
  }
}

// Nobody has rid the cart yet of what was paid for when its owner orders again.
TEST_CASE("what an interrupted order has paid for is not ordered once more", "[saga]") {
  for (const char* step : {"RemoveOrdered", "RecordStep settled"}) {
    CAPTURE(step);
    FaultyShop shop;
    shop.PutInCart("MUG", 2);
    shop.faults.step = step;
    shop.faults.fault = Fault::kCrashBefore;
    shop.PlaceOrder().status().IgnoreError();
    shop.AwaitSettlements();
    shop.faults.Restart();
    shop.PutInCart("PIN", 1);
    const auto second = shop.PlaceOrder("fedcba9876543210");
    REQUIRE_OK(second);
    REQUIRE(second->items_size() == 1);
    CHECK(second->items(0).item().product_id() == "PIN");
    shop.AwaitSettlements();
    shop.Resume();
    CHECK(shop.Cart().empty());
    for (const pb::Order& order : shop.Orders()) CHECK((order.state() == pb::CONFIRMED && order.settled()));
  }
}

}  // namespace
}  // namespace boutique::checkout
