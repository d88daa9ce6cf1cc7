// SPDX-License-Identifier: Apache-2.0
// Two orders with keys of their own for one cart, as a shopper with two tabs makes them: nothing is bought twice.
#include <chrono>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "faulty_shop.h"
#include "support/eventually.h"

namespace boutique::checkout {
namespace {

constexpr char kOtherKey[] = "fedcba9876543210";

struct TwoTabs : FaultyShop {
  // Orders in the first tab until this step's call, which hangs.
  void HangAt(const char* step, pb::PlaceOrderRequest wish = Request()) {
    faults.step = step;
    faults.fault = Fault::kHang;
    first_tab = std::jthread([this, wish] { first = PlaceOrder(wish); });
    REQUIRE(testing::Eventually([this] { return IsHanging(); }));
  }
  void AwaitFirst() {
    Wake();
    first_tab.join();
    AwaitSettlements();
  }
  int Confirmed() {
    int confirmed = 0;
    for (const pb::Order& order : Orders()) {
      const bool is_confirmed = order.state() == pb::CONFIRMED;
      CHECK(IsCharged(order.order_id()) == is_confirmed);
      CHECK(IsShipped(order.order_id()) == is_confirmed);
      confirmed += is_confirmed ? 1 : 0;
    }
    return confirmed;
  }
  absl::StatusOr<pb::OrderResult> first = absl::UnknownError("");
  std::jthread first_tab;
};

TEST_CASE_METHOD(TwoTabs, "of orders at once for one cart one is placed, and the others find it empty", "[checkout]") {
  PutInCart("MUG", 2);
  std::vector<absl::StatusOr<pb::OrderResult>> answers(6, absl::UnknownError(""));
  {
    std::vector<std::jthread> tabs;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      tabs.emplace_back([&, i] { answers[i] = PlaceOrder(absl::StrCat("key-of-a-tab-number-", i)); });
    }
  }
  AwaitSettlements();
  int placed = 0;
  for (const auto& answer : answers) {
    placed += answer.ok() ? 1 : 0;
    if (!answer.ok()) CHECK(answer.status() == absl::FailedPreconditionError("the cart is empty"));
  }
  CHECK(placed == 1);
  CHECK(Confirmed() == 1);
  CHECK(Cart().empty());
}

TEST_CASE_METHOD(TwoTabs, "an order waits for the one that is under way, and takes what that has left", "[checkout]") {
  for (const char* const step : {"RecordStep CHARGING", "Charge", "ShipOrder", "RecordStep CONFIRMED"}) {
    CAPTURE(step);
    TwoTabs shop;
    shop.PutInCart("MUG", 1);
    shop.HangAt(step);
    shop.PutInCart("PIN", 3);
    absl::StatusOr<pb::OrderResult> second = absl::UnknownError("");
    {
      const std::jthread second_tab([&] { second = shop.PlaceOrder(kOtherKey); });
      shop.AwaitFirst();
    }
    REQUIRE_OK(shop.first);
    REQUIRE_OK(second);
    REQUIRE(second->items_size() == 1);
    CHECK(second->items(0).item().product_id() == "PIN");
    CHECK(second->items(0).item().quantity() == 3);
    shop.AwaitSettlements();
    CHECK(shop.Confirmed() == 2);
    CHECK(shop.Cart().empty());
  }
}

// The other order is placed, paid for and settled between this one's look into the cart and its record.
TEST_CASE_METHOD(TwoTabs, "an order that was overtaken before it was stored is drafted anew", "[checkout]") {
  PutInCart("MUG", 1);
  HangAt("CreateOrder");
  const auto second = PlaceOrder(kOtherKey);
  REQUIRE_OK(second);
  AwaitSettlements();
  SECTION("and refused, as the cart is empty") {
    AwaitFirst();
    CHECK(first.status() == absl::FailedPreconditionError("the cart is empty"));
    CHECK(Confirmed() == 1);
  }
  SECTION("and takes what came into the cart since") {
    PutInCart("PIN", 3);
    AwaitFirst();
    REQUIRE_OK(first);
    REQUIRE(first->items_size() == 1);
    CHECK(first->items(0).item().product_id() == "PIN");
    CHECK(Confirmed() == 2);
    CHECK(Cart().empty());
  }
}

// Of the buyer's orders only the latest are asked for at the begin of a checkout.
TEST_CASE_METHOD(TwoTabs, "a repeat gets its order's answer, however many were placed since", "[checkout]") {
  constexpr char kOld[] = "an-old-key-0123456789";
  PutInCart("WATCH", 1);
  const auto old = PlaceOrder(kOld);
  REQUIRE_OK(old);
  for (int i = 0; i < 6; ++i) {
    PutInCart("MUG", 1);
    REQUIRE_OK(PlaceOrder(absl::StrCat("a-later-key-number-", i)));
  }
  AwaitSettlements();
  const auto expect_old = [&] {
    const auto again = PlaceOrder(kOld);
    REQUIRE_OK(again);
    CHECK(again->order_id() == old->order_id());
  };
  SECTION("with an empty cart") { expect_old(); }
  SECTION("with something in the cart, which stays there") {
    PutInCart("PIN", 3);
    expect_old();
    CHECK(Cart() == "PIN 3");
  }
  SECTION("while another order is under way") {
    PutInCart("PIN", 3);
    HangAt("Charge");
    expect_old();
    AwaitFirst();
    REQUIRE_OK(first);
  }
  SECTION("and is never told that the cart is empty because the look-up fails") {
    faults.step = "GetOrder";
    faults.code = absl::StatusCode::kInternal;  // which is not tried again
    CHECK_CODE(PlaceOrder(kOld), kInternal);
    expect_old();
  }
  SECTION("and is refused with other details") {
    PutInCart("PIN", 3);
    pb::PlaceOrderRequest other = Request();
    other.set_idempotency_key(kOld);
    other.set_email("somebody.else@example.com");
    CHECK_CODE(PlaceOrder(other), kAlreadyExists);
    CHECK(Cart() == "PIN 3");
  }
  AwaitSettlements();
  CHECK(Confirmed() == static_cast<int>(Orders().size()));
}

TEST_CASE_METHOD(TwoTabs, "an order that has no time to wait for another is refused, and nothing is stored of it",
                 "[checkout]") {
  PutInCart("MUG", 1);
  HangAt("Charge");
  pb::PlaceOrderRequest wish = Request();
  wish.set_idempotency_key(kOtherKey);
  const auto second = PlaceOrder(wish, std::chrono::milliseconds(300));
  CHECK((absl::IsUnavailable(second.status()) || absl::IsDeadlineExceeded(second.status())));
  AwaitFirst();
  REQUIRE_OK(first);
  CHECK(Orders().size() == 1);
  CHECK(Confirmed() == 1);
}

TEST_CASE_METHOD(TwoTabs, "an order that comes to nothing leaves the cart to the one that waits for it", "[checkout]") {
  PutInCart("MUG", 1);
  pb::PlaceOrderRequest wish = Request();
  wish.mutable_credit_card()->set_credit_card_number("4000000000000002");  // is declined
  HangAt("Charge", wish);
  absl::StatusOr<pb::OrderResult> second = absl::UnknownError("");
  {
    const std::jthread second_tab([&] { second = PlaceOrder(kOtherKey); });
    AwaitFirst();
  }
  CHECK_CODE(first, kFailedPrecondition);
  REQUIRE_OK(second);
  AwaitSettlements();
  CHECK(Confirmed() == 1);
  CHECK(Cart().empty());
}

}  // namespace
}  // namespace boutique::checkout
