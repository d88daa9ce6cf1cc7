// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/checkout_service.h"

#include <thread>

#include "fake_shop.h"
#include "services/checkout/order_request.h"

namespace boutique::checkout {
namespace {

using States = std::vector<pb::OrderState>;

TEST_CASE_METHOD(FakeShop, "an order is priced in the buyer's currency, to the cent", "[checkout]") {
  PutInCart("MUG", 3);
  const auto order = PlaceOrder("EUR");
  REQUIRE_OK(order);
  REQUIRE(order->items_size() == 1);
  CHECK(base::Money::Of(order->items(0).cost()) == base::Money{"EUR", 7, 950000000});
  CHECK(base::Money::Of(order->shipping_cost()) == base::Money{"EUR", 7, 950000000});
  CHECK(base::Money::Of(payments.last.amount()) == base::Money{"EUR", 31, 800000000});
  CHECK(order->shipping_tracking_id() == "AB-12-3456789");
}

TEST_CASE_METHOD(FakeShop, "a yen has no decimals", "[checkout]") {
  PutInCart("MUG", 2);
  const auto order = PlaceOrder("JPY");
  REQUIRE_OK(order);
  CHECK(base::Money::Of(order->items(0).cost()) == base::Money{"JPY", 1005, 0});
  CHECK(base::Money::Of(payments.last.amount()) == base::Money{"JPY", 3015, 0});
}

TEST_CASE_METHOD(FakeShop, "an order goes through its states and empties the cart", "[checkout]") {
  PutInCart("MUG");
  PutInCart("WATCH", 2);
  const auto order = PlaceOrder();
  REQUIRE_OK(order);
  CHECK(orders.path == States{pb::PENDING, pb::CHARGING, pb::SHIPPING, pb::CONFIRMED});
  CHECK(orders.orders[order->order_id()].card_brand() == "visa");
  CHECK(carts.cart.items().empty());
  CHECK(shipping.parcel.size() == 2);
  AwaitConfirmations();
  CHECK(email.sent == 0);  // the order service announces what it keeps
}

TEST_CASE_METHOD(FakeShop, "an order keeps its products' names", "[checkout]") {
  PutInCart("MUG");
  catalog.name = "Mug";
  const auto order = PlaceOrder();
  REQUIRE_OK(order);
  CHECK(order->items(0).product_name() == "Mug");
  CHECK(orders.orders[order->order_id()].items(0).product_name() == "Mug");
}

TEST_CASE_METHOD(FakeShop, "a name that is longer than an order may keep ends after a whole letter", "[checkout]") {
  catalog.many.failure = absl::UnimplementedError("");
  PutInCart("MUG");
  catalog.name = std::string(255, 'x') + "ü and so on";
  const auto order = PlaceOrder();
  REQUIRE_OK(order);
  CHECK(order->items(0).product_name() == std::string(255, 'x'));
}

TEST_CASE_METHOD(FakeShop, "the number of calls does not grow with the lines", "[checkout]") {
  for (int i = 0; i < 200; ++i) PutInCart("MUG");
  REQUIRE_OK(PlaceOrder());
  CHECK(catalog.many.calls == 1);
  CHECK(catalog.one.calls == 0);
  AwaitConfirmations();
  CHECK(orders.record.calls == 4);
}

TEST_CASE_METHOD(FakeShop, "D3: prices below half a unit add up", "[checkout]") {
  PutInCart("PIN", 7);
  const auto order = PlaceOrder();
  REQUIRE_OK(order);
  CHECK(base::Money::Of(payments.last.amount()) == base::Money{"USD", 9, 690000000});
}

TEST_CASE_METHOD(FakeShop, "D2: an empty cart cannot be ordered", "[checkout]") {
  CHECK_CODE(PlaceOrder(), kFailedPrecondition);
  CHECK(payments.charge.calls == 0);
}

TEST_CASE_METHOD(FakeShop, "an order with an unknown product names that product", "[checkout]") {
  PutInCart("TEAPOT");
  const auto order = PlaceOrder();
  CHECK_CODE(order, kFailedPrecondition);
  CHECK(order.status().message() == "product TEAPOT is no longer sold");
  CHECK(payments.charge.calls == 0);
}

TEST_CASE_METHOD(FakeShop, "D4: an order in an unknown currency is refused and costs nothing", "[checkout]") {
  PutInCart("MUG");
  const auto order = PlaceOrder("XAF");
  CHECK_CODE(order, kInvalidArgument);
  CHECK(order.status().message() == "user_currency: 'XAF' is not supported");
  CHECK(payments.charge.calls == 0);
}

TEST_CASE_METHOD(FakeShop, "D4: an unknown currency is not free beside the public currency service", "[checkout]") {
  PutInCart("MUG");
  exchange.is_original = true;
  CHECK_CODE(PlaceOrder("XAF"), kInvalidArgument);
  CHECK(payments.charge.calls == 0);
  const auto order = PlaceOrder("EUR");
  REQUIRE_OK(order);
  CHECK(base::Money::Of(order->items(0).cost()) == base::Money{"EUR", 7, 950000000});
}

struct OnlyDollars : FakeShop {
  OnlyDollars() : FakeShop(Lacking{.currency = true}) {}
};

TEST_CASE_METHOD(OnlyDollars, "without a currency service the catalog's currency is the only one", "[checkout]") {
  PutInCart("MUG");
  CHECK_CODE(PlaceOrder("EUR"), kInvalidArgument);
  CHECK(payments.charge.calls == 0);
  const auto order = PlaceOrder("USD");
  REQUIRE_OK(order);
  CHECK(base::Money::Of(order->items(0).cost()) == base::Money{"USD", 8, 990000000});
}

struct SendsNothing : FakeShop {
  SendsNothing() : FakeShop(Lacking{.shipping = true}) {}
};

TEST_CASE_METHOD(SendsNothing, "without a shipping service nothing is sent, nor charged for sending", "[checkout]") {
  PutInCart("MUG");
  const auto order = PlaceOrder();
  REQUIRE_OK(order);
  CHECK(order->shipping_tracking_id().empty());
  CHECK(base::Money::Of(order->shipping_cost()).IsZero());
  CHECK(payments.Standing() == 1);
  CHECK(orders.path.back() == pb::CONFIRMED);
}

TEST_CASE_METHOD(SendsNothing, "without a shipping service a charge can be undone all the same", "[checkout]") {
  PutInCart("MUG");
  payments.charge.failure = absl::UnavailableError("the line broke");
  CHECK_FALSE(PlaceOrder().ok());
  CHECK(payments.refund.calls == 1);
  CHECK(orders.path.back() == pb::CANCELLED);
}

TEST_CASE_METHOD(FakeShop, "D5: a cart that holds less than nothing of a product is not ordered", "[checkout]") {
  PutInCart("WATCH");
  PutInCart("MUG", -5);
  CHECK_CODE(PlaceOrder(), kFailedPrecondition);
  CHECK(payments.charge.calls == 0);
  CHECK(orders.create.calls == 0);
}

TEST_CASE_METHOD(FakeShop, "another total than the expected one is told before anything is charged", "[checkout]") {
  PutInCart("MUG");
  auto request = Request();
  base::Money{"USD", 17, 0}.CopyTo(request.mutable_expected_total());
  const auto order = PlaceOrder(request);
  CHECK_CODE(order, kAborted);
  CHECK(order.status().message() == "the total is now USD 17.98");
  CHECK(payments.charge.calls == 0);
  base::Money{"USD", 17, 980000000}.CopyTo(request.mutable_expected_total());
  REQUIRE_OK(PlaceOrder(request));
}

TEST_CASE_METHOD(FakeShop, "D1: a failed shipment gives the money back", "[checkout]") {
  PutInCart("MUG");
  shipping.ship.failure = absl::UnavailableError("no lorry");
  CHECK_CODE(PlaceOrder(), kUnavailable);
  CHECK(payments.Standing() == 0);
  CHECK(payments.refund.calls == 1);
  CHECK(shipping.cancel.calls == 1);
  CHECK(orders.path == States{pb::PENDING, pb::CHARGING, pb::SHIPPING, pb::REFUNDING, pb::REFUNDED, pb::CANCELLED});
  CHECK(carts.cart.items_size() == 1);
}

TEST_CASE_METHOD(FakeShop, "a refund that cannot be made now is tried again, also later", "[checkout]") {
  PutInCart("MUG");
  shipping.ship.failure = absl::UnavailableError("no lorry");
  payments.refund.failure = absl::UnavailableError("the bank is closed");
  CHECK_CODE(PlaceOrder(), kUnavailable);
  CHECK(payments.refund.calls > 1);
  CHECK(orders.path.back() == pb::REFUNDING);
}

TEST_CASE_METHOD(FakeShop, "a refund that is refused needs attention", "[checkout]") {
  PutInCart("MUG");
  shipping.ship.failure = absl::UnavailableError("no lorry");
  payments.refund.failure = absl::UnimplementedError("");
  CHECK_CODE(PlaceOrder(), kUnavailable);
  CHECK(orders.path.back() == pb::NEEDS_ATTENTION);
}

TEST_CASE_METHOD(FakeShop, "a declined card charges nothing and is final for its key", "[checkout]") {
  PutInCart("MUG");
  payments.charge.failure = absl::FailedPreconditionError("the card was declined");
  CHECK(PlaceOrder().status() == absl::FailedPreconditionError("the card was declined"));
  CHECK(orders.path == States{pb::PENDING, pb::CHARGING, pb::CANCELLED});
  payments.charge.failure = absl::OkStatus();
  CHECK(PlaceOrder().status() == absl::FailedPreconditionError("the card was declined"));
  CHECK(payments.charge.calls == 1);
  REQUIRE_OK(PlaceOrder(Request("USD", "another-key-0000")));
}

TEST_CASE_METHOD(FakeShop, "a charge whose answer is lost is found and the order goes on", "[checkout]") {
  PutInCart("MUG");
  payments.charge.failure = absl::UnavailableError("the line broke");
  payments.charges_before_failing = true;
  const auto order = PlaceOrder();
  REQUIRE_OK(order);
  CHECK(payments.Standing() == 1);
  CHECK(orders.orders[order->order_id()].state() == pb::CONFIRMED);
}

TEST_CASE_METHOD(FakeShop, "a key that was charged to another card is charged, and the order goes on", "[checkout]") {
  PutInCart("MUG");
  payments.charge.failure = absl::AlreadyExistsError("idempotency_key: was used for another amount or card");
  payments.charges_before_failing = true;
  REQUIRE_OK(PlaceOrder());
  CHECK(payments.Standing() == 1);
  CHECK(orders.orders.begin()->second.state() == pb::CONFIRMED);
}

TEST_CASE_METHOD(FakeShop, "a charge that never arrived is forbidden for ever", "[checkout]") {
  PutInCart("MUG");
  payments.charge.failure = absl::UnavailableError("the line broke");
  CHECK_CODE(PlaceOrder(), kUnavailable);
  CHECK(payments.refund.calls == 1);
  CHECK(payments.Standing() == 0);
  CHECK(orders.path.back() == pb::CANCELLED);
}

TEST_CASE_METHOD(FakeShop, "D9: a charge that hangs leaves time to forbid it", "[checkout]") {
  PutInCart("MUG");
  payments.delay = std::chrono::seconds(30);
  CHECK_CODE(PlaceOrder(), kUnavailable);
  CHECK(payments.refund.calls == 1);
  CHECK(payments.Standing() == 0);
  CHECK(orders.path.back() == pb::CANCELLED);
}

TEST_CASE_METHOD(FakeShop, "with a payment service that knows no keys an unknown charge needs attention", "[checkout]") {
  PutInCart("MUG");
  payments.charge.failure = absl::UnavailableError("the line broke");
  payments.get.failure = absl::UnimplementedError("");
  CHECK_CODE(PlaceOrder(), kUnavailable);
  CHECK(orders.path.back() == pb::NEEDS_ATTENTION);
  CHECK(payments.charge.calls == 1);
}

TEST_CASE_METHOD(FakeShop, "an order that cannot be recorded after its charge goes no further, and waits", "[checkout]") {
  PutInCart("MUG");
  orders.fail_at = pb::SHIPPING;
  CHECK_CODE(PlaceOrder(), kUnavailable);
  CHECK(payments.Standing() == 1);
  CHECK(shipping.ship.calls == 0);
  CHECK(orders.path.back() == pb::CHARGING);
}

TEST_CASE_METHOD(FakeShop, "every request that fails is counted, and a confirmed order once", "[checkout]") {
  PutInCart("MUG");
  orders.list.failure = absl::UnavailableError("the orders are away");
  CHECK_CODE(PlaceOrder(), kUnavailable);
  CHECK(Requests("failed") == 1);
  orders.list.failure = absl::OkStatus();
  REQUIRE_OK(PlaceOrder());
  REQUIRE_OK(PlaceOrder());
  CHECK(Requests("confirmed") == 1);
  CHECK_CODE(PlaceOrder("EUR"), kAlreadyExists);
  CHECK(Requests("refused") == 1);
  CHECK(Requests("failed") == 1);
}

TEST_CASE_METHOD(FakeShop, "D2: a repeat with the same key gets the first answer and charges once", "[checkout]") {
  PutInCart("MUG");
  const auto first = PlaceOrder();
  REQUIRE_OK(first);
  const auto second = PlaceOrder();
  REQUIRE_OK(second);
  CHECK(first->SerializeAsString() == second->SerializeAsString());
  CHECK(payments.charge.calls == 1);
}

TEST_CASE_METHOD(FakeShop, "a key cannot be used for other details", "[checkout]") {
  PutInCart("MUG");
  REQUIRE_OK(PlaceOrder());
  auto other = Request();
  other.mutable_address()->set_city("Elsewhere");
  CHECK_CODE(PlaceOrder(other), kAlreadyExists);
}

TEST_CASE_METHOD(FakeShop, "concurrent repeats make one order", "[checkout]") {
  PutInCart("MUG");
  std::vector<absl::StatusOr<pb::OrderResult>> answers(8, absl::UnknownError(""));
  {
    std::vector<std::jthread> buyers;
    for (auto& answer : answers) buyers.emplace_back([&] { answer = PlaceOrder(); });
  }
  for (const auto& answer : answers) {
    REQUIRE_OK(answer);
    CHECK(answer->order_id() == orders.orders.begin()->first);
  }
  CHECK(orders.orders.size() == 1);
  CHECK(payments.charge.calls == 1);
}

TEST_CASE_METHOD(FakeShop, "an order that is still being worked on is waited for, not repeated", "[checkout]") {
  PutInCart("MUG");
  pb::Order& order = orders.orders["b4"];
  order.set_order_id("b4");
  order.set_user_id("ada");
  order.set_idempotency_key(kKey);
  order.set_state(pb::SHIPPING);
  order.set_fingerprint(FingerprintOf(Request()));
  const auto answer = PlaceOrder(Request(), std::chrono::milliseconds(300));
  CHECK((absl::IsUnavailable(answer.status()) || absl::IsDeadlineExceeded(answer.status())));
  CHECK(payments.charge.calls == 0);
}

TEST_CASE("another order is waited for while it may still be confirmed, and no longer", "[checkout]") {
  for (int state = pb::PENDING; state <= pb::NEEDS_ATTENTION; ++state) {
    CAPTURE(pb::OrderState_Name(state));
    const bool is_under_way = state < pb::CONFIRMED;
    FakeShop shop;
    shop.PutInCart("MUG");
    pb::Order& other = shop.orders.orders["b4"];
    other.set_order_id("b4");
    other.set_user_id("ada");
    other.set_idempotency_key("another-key-of-another-order");
    other.set_state(static_cast<pb::OrderState>(state));
    other.set_settled(true);
    const std::chrono::milliseconds budget(is_under_way ? 200 : 20'000);
    const auto placed = shop.PlaceOrder(FakeShop::Request(), budget);
    CHECK(placed.ok() != is_under_way);
    CHECK(shop.payments.charge.calls == (is_under_way ? 0 : 1));
    if (!placed.ok()) continue;
    const pb::Order& order = shop.orders.orders[placed->order_id()];
    CHECK(order.has_previous_order_id());
    CHECK(order.previous_order_id() == "b4");
  }
}

struct KeepsNothing : FakeShop {
  KeepsNothing() : FakeShop(Lacking{.orders = true}) {}
};

TEST_CASE_METHOD(KeepsNothing, "without an order service the buyer is told by the checkout service", "[checkout]") {
  PutInCart("MUG");
  REQUIRE_OK(PlaceOrder());
  CHECK(carts.cart.items().empty());
  AwaitConfirmations();
  CHECK(email.sent == 1);
}

TEST_CASE_METHOD(KeepsNothing, "D11: neither a failing mail nor a failing cart fails the order", "[checkout]") {
  PutInCart("MUG");
  email.send.failure = absl::InternalError("no stamps");
  carts.remove.failure = absl::UnavailableError("away");
  REQUIRE_OK(PlaceOrder());
}

TEST_CASE_METHOD(FakeShop, "a cart service that cannot subtract is asked to empty the cart", "[checkout]") {
  PutInCart("MUG");
  carts.remove.failure = absl::UnimplementedError("");
  REQUIRE_OK(PlaceOrder());
  CHECK(carts.cart.items().empty());
}

TEST_CASE_METHOD(FakeShop, "peers without the extensions are asked line by line", "[checkout]") {
  PutInCart("MUG");
  PutInCart("WATCH");
  catalog.many.failure = absl::UnimplementedError("");
  const auto order = PlaceOrder();
  REQUIRE_OK(order);
  CHECK(catalog.one.calls == 2);
  CHECK(order->items_size() == 2);
}

TEST_CASE_METHOD(FakeShop, "D12: a service that is away makes the order unavailable, not internal", "[checkout]") {
  PutInCart("MUG");
  shipping.quote.failure = absl::UnavailableError("away");
  const auto order = PlaceOrder();
  CHECK_CODE(order, kUnavailable);
  CHECK(order.status().message() == "shipping quote failure: away");
}

TEST_CASE_METHOD(FakeShop, "an order that was begun is finished although the buyer has gone", "[checkout]") {
  PutInCart("MUG");
  payments.charge.failure = absl::UnavailableError("the line broke");
  payments.charges_before_failing = true;
  (void)PlaceOrder(Request(), std::chrono::milliseconds(120));
  AwaitConfirmations();
  (void)PlaceOrder();  // answered only after the first has ended, by the same record
  CHECK(payments.Standing() == static_cast<int>(shipping.shipments.size()));
}

}  // namespace
}  // namespace boutique::checkout
