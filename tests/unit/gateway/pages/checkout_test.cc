// SPDX-License-Identifier: Apache-2.0
#include "unit/gateway/pages/page_fixture.h"

namespace boutique::gateway {
namespace {

// A shop in which a mug waits to be ordered: 7.95 euros, and as much for shipping.
class Checkouts : public Pages {
 public:
  explicit Checkouts(Connected connected = {}) : Pages(connected) { PutInCart("MUG"); }
};

// Neither a card's number nor its security code is ever on a page.
void CheckNoCard(const absl::StatusOr<http::Response>& shown) {
  REQUIRE_OK(shown);
  CHECK_FALSE(Has(shown, "4432801561520454"));
  CHECK_FALSE(Has(shown, "\"672\""));
}

}  // namespace

TEST_CASE_METHOD(Checkouts, "a checkout leads to its order's page", "[pages]") {
  const auto placed = Ask(CheckOut, Filled());
  REQUIRE_OK(placed);
  CHECK(placed->status == 303);
  CHECK(placed->HeaderOf("location") == "/orders/order-1");
  CHECK(checkout.last.user_id() == "ada");
  CHECK(checkout.last.user_currency() == "EUR");
  CHECK(base::Money::Of(checkout.last.expected_total()) == base::Money{"EUR", 15, 900000000});
  CHECK(checkout.last.idempotency_key() == "0123456789abcdef");
}

TEST_CASE_METHOD(Checkouts, "what was seen is what is paid, whatever currency was chosen since", "[pages]") {
  currency_code = "JPY";
  REQUIRE_OK(Ask(CheckOut, Filled()));
  CHECK(checkout.last.user_currency() == "EUR");
}

TEST_CASE_METHOD(Checkouts, "a client of the original needs neither key nor total", "[pages]") {
  auto placed = Ask(CheckOut, Filled({{"idempotency_key", ""}, {"expected_total", ""}}));
  REQUIRE_OK(placed);
  CHECK(placed->status == 303);
  CHECK(checkout.last.user_currency() == "EUR");
  CHECK_FALSE(checkout.last.has_expected_total());
  CHECK(checkout.last.idempotency_key().size() == 36);

  currency_code = "XAF";  // unknown to the currency service (D4)
  REQUIRE_OK(Ask(CheckOut, Filled({{"expected_total", ""}})));
  CHECK(checkout.last.user_currency() == "USD");
}

TEST_CASE_METHOD(Checkouts, "wrong fields come back beside their errors, what was typed kept", "[pages]") {
  const Fieldset typed = {{"email", "nobody"}, {"city", ""}, {"street_address", "5 \"Elm\" <Street>"}};
  const auto wrong = Ask(CheckOut, Filled(typed));
  REQUIRE_OK(wrong);
  CHECK(wrong->status == 422);
  for (const char* const text : {"<title>Error: Cart", "Please check the form", "href=\"#email\"", "id=\"email-error\"",
                                 "Enter your city.", "value=\"nobody\"", "5 &quot;Elm&quot; &lt;Street&gt;",
                                 "<option value=\"12\" selected>12</option>"}) {
    INFO(text);
    CHECK(Has(wrong, text));
  }
  CHECK_FALSE(Has(wrong, "id=\"state-error\""));
  CheckNoCard(wrong);
  CHECK(checkout.place.calls == 0);
}

TEST_CASE_METHOD(Checkouts, "a declined card returns to the form, in plain words and with a new key (OTD 3737)", "[pages]") {
  checkout.place.failure = absl::FailedPreconditionError("the card was declined");
  const auto declined = Ask(CheckOut, Filled());
  REQUIRE_OK(declined);
  CHECK(declined->status == 422);
  CHECK(Has(declined, "Your card was declined"));
  CHECK(Has(declined, "value=\"someone@example.com\""));
  CHECK_FALSE(Has(declined, "0123456789abcdef"));
  CheckNoCard(declined);
  checkout.place.failure = absl::FailedPreconditionError("insufficient funds");
  CHECK(Has(Ask(CheckOut, Filled()), "too little money"));
}

TEST_CASE_METHOD(Checkouts, "a card that payment refuses is an error of its field", "[pages]") {
  checkout.place.failure = absl::InvalidArgumentError("credit_card.credit_card_number: only VISA and MasterCard");
  const auto refused = Ask(CheckOut, Filled());
  CHECK(refused->status == 422);
  CHECK(Has(refused, "id=\"credit_card_number-error\""));
  CHECK_FALSE(Has(refused, "credit_card.credit_card_number"));
}

TEST_CASE_METHOD(Checkouts, "a changed total is shown before anything is charged", "[pages]") {
  checkout.place.failure = absl::AbortedError("the total is now EUR 15.90");
  const auto changed = Ask(CheckOut, Filled({{"expected_total", "EUR 12.00"}}));
  REQUIRE_OK(changed);
  CHECK(changed->status == 409);
  CHECK(Has(changed, "It was €12.00."));
  CHECK(Has(changed, "It is now <strong>€15.90</strong>"));
  CHECK(Has(changed, "name=\"expected_total\" value=\"EUR 15.90\""));
  CheckNoCard(changed);
}

TEST_CASE_METHOD(Checkouts, "a total that is none is not sent on", "[pages]") {
  const auto shown = Ask(CheckOut, Filled({{"expected_total", "free"}}));
  REQUIRE_OK(shown);
  CHECK(shown->status == 422);
  CHECK(Has(shown, "The total has changed"));
  CHECK(checkout.place.calls == 0);
}

TEST_CASE_METHOD(Checkouts, "an order whose answer got lost is found, not made again", "[pages]") {
  checkout.places_first = true;
  checkout.place.failure = absl::UnavailableError("the connection broke");
  const auto found = Ask(CheckOut, Filled());
  REQUIRE_OK(found);
  CHECK(found->HeaderOf("location") == "/orders/order-1");
  CHECK(checkout.place.calls == 1);
}

TEST_CASE_METHOD(Checkouts, "while the outcome is unknown nobody is asked to order again", "[pages]") {
  checkout.places_first = true;
  checkout.state = pb::CHARGING;
  checkout.place.failure = absl::DeadlineExceededError("too slow");
  const auto waiting = Ask(CheckOut, Filled());
  REQUIRE_OK(waiting);
  CHECK(waiting->status == 202);
  CHECK(Has(waiting, "We are still working on your order"));
  CHECK_FALSE(Has(waiting, "action=\"/cart/checkout\""));
  CHECK(Has(waiting, "/orders/pending?key=0123456789abcdef&amp;since="));
  const Fieldset check = {{"key", "0123456789abcdef"}, {"since", "1795255200000"}};
  CHECK(Ask(ShowPending, check)->status == 202);
  SECTION("until it is placed") {
    orders.orders[0].set_state(pb::CONFIRMED);
    CHECK(Ask(ShowPending, check)->HeaderOf("location") == "/orders/order-1");
  }
  SECTION("until it is given up") {
    orders.orders[0].set_state(pb::CANCELLED);
    CHECK(Ask(ShowPending, check)->HeaderOf("location") == "/orders/order-1");
  }
}

TEST_CASE_METHOD(Checkouts, "an order that never appears is given up after a while, not at once", "[pages]") {
  const auto now = base::SystemClock::Instance().NowMs();
  const auto ask = [&](std::int64_t since) {
    return Ask(ShowPending, {{"key", "0123456789abcdef"}, {"since", absl::StrCat(since)}});
  };
  CHECK(ask(now)->status == 202);
  const auto given_up = ask(now - 60'000);
  REQUIRE_OK(given_up);
  CHECK(given_up->status == 200);
  CHECK(Has(given_up, "Your order was not placed"));
  CHECK(Has(given_up, "action=\"/cart/checkout\""));
  CHECK_CODE(Ask(ShowPending), kNotFound);
  CHECK_CODE(Ask(ShowPending, {{"key", "short"}, {"since", "1"}}), kNotFound);
}

TEST_CASE_METHOD(Checkouts, "a checkout that is away says that nothing was charged (D12)", "[pages]") {
  checkout.place.failure = absl::UnavailableError("cart failure: away");
  const auto away = Ask(CheckOut, Filled());
  REQUIRE_OK(away);
  CHECK(away->status == 503);
  CHECK(Has(away, "Your order was not placed"));
  CHECK_FALSE(Has(away, "cart failure"));
  CheckNoCard(away);
}

TEST_CASE_METHOD(Checkouts, "an empty cart is not ordered", "[pages]") {
  carts.cart.Clear();
  checkout.place.failure = absl::FailedPreconditionError("the cart is empty");
  const auto refused = Ask(CheckOut, Filled());
  REQUIRE_OK(refused);
  CHECK(refused->status == 409);
  CHECK(Has(refused, "Your cart is empty"));
  CHECK(Ask(CheckOut)->status == 422);
  CHECK(Ask(ShowCart)->status == 200);
}

TEST_CASE("an order that no service keeps is shown at once") {
  Checkouts shop(Connected{.orders = false});
  const auto shown = shop.Ask(CheckOut, Pages::Filled());
  REQUIRE_OK(shown);
  CHECK(shown->status == 200);
  CHECK(Has(shown, "Thank you for your order"));
  CHECK(Has(shown, "order-1"));
  CHECK_FALSE(Has(shown, "href=\"/orders\""));
  CHECK_CODE(shop.Ask(ShowOrder), kNotFound);
}

TEST_CASE("a form that is sent to a shop without a checkout is answered with the reason", "[pages]") {
  Checkouts shop(Connected{.orders = false, .checkout = false});
  const auto refused = shop.Ask(CheckOut, Pages::Filled());
  REQUIRE_OK(refused);
  CHECK(refused->status == 404);
  CHECK(Has(refused, "Orders cannot be placed here"));
  CHECK_FALSE(Has(refused, "Please try again"));
  CHECK_CODE(shop.Ask(ShowPending, {{"key", "0123456789abcdef"}, {"since", "1"}}), kNotFound);
}

TEST_CASE("an order of a shop that sends nothing has an address, and nothing is sent there", "[pages]") {
  Checkouts shop(Connected{.orders = false, .shipping = false});
  shop.checkout.postage = FakeCheckout::Dollars(0, 0);
  const auto shown = shop.Ask(CheckOut, Pages::Filled());
  REQUIRE_OK(shown);
  CHECK(Has(shown, "<dt>Address</dt>"));
  CHECK_FALSE(Has(shown, "Ship"));
}

TEST_CASE_METHOD(Checkouts, "an order's page says what became of it", "[pages]") {
  REQUIRE_OK(Ask(CheckOut, Filled()));
  pb::Order& order = orders.orders[0];
  auto* const line = order.add_items();
  line->mutable_item()->set_product_id("MUG");
  line->mutable_item()->set_quantity(1);
  *line->mutable_cost() = FakeCheckout::Dollars(8, 990000000);
  order.set_card_brand("mastercard");
  order.set_card_last_four("4444");
  order.set_shipping_tracking_id("AB-12-345");
  request.params = {{"id", "order-1"}};
  const auto thanks = Ask(ShowOrder);
  for (const char* const text : {"Thank you for your order", "order-1", "AB-12-345", "Mastercard ending in 4444",
                                 "$8.99", "$17.98", "Total paid", "1600 Amphitheatre Parkway", "94043", "Confirmed"}) {
    INFO(text);
    CHECK(Has(thanks, text));
  }
  order.set_created_at_ms(1795255200000 - 86'400'000);
  CHECK_FALSE(Has(Ask(ShowOrder), "Thank you"));
  const std::pair<pb::OrderState, const char*> states[] = {
      {pb::CHARGED, "Being prepared"},   {pb::REFUNDING, "Being refunded"},        {pb::REFUNDED, "Refunded"},
      {pb::CANCELLED, "Cancelled"},      {pb::NEEDS_ATTENTION, "Being looked into"}};
  for (const auto& [state, text] : states) {
    order.set_state(state);
    CHECK(Has(Ask(ShowOrder), text));
  }
  order.set_state(pb::CANCELLED);
  order.set_transaction_id("t");
  CHECK(Has(Ask(ShowOrder), "You have been paid back in full."));
  order.set_user_id("eve");
  CHECK_CODE(Ask(ShowOrder), kNotFound);
}

TEST_CASE_METHOD(Checkouts, "an order calls its products as they were called when it was placed", "[pages]") {
  REQUIRE_OK(Ask(CheckOut, Filled()));
  pb::OrderItem* const line = orders.orders[0].add_items();
  line->mutable_item()->set_product_id("MUG");
  line->mutable_item()->set_quantity(1);
  line->set_product_name("A mug of <old>");
  *line->mutable_cost() = FakeCheckout::Dollars(8, 990000000);
  request.params = {{"id", "order-1"}};
  CHECK(Has(Ask(ShowOrder), "A mug of &lt;old&gt;"));
  CHECK(Has(Ask(ShowOrders), "A mug of &lt;old&gt;"));
  // Also while nobody knows them.
  catalog.many.failure = absl::UnavailableError("");
  catalog.one.failure = absl::UnavailableError("");
  CHECK(Has(Ask(ShowOrder), "A mug of &lt;old&gt;"));
  line->mutable_item()->set_product_id("NOT-SOLD-ANY-MORE");
  line->clear_product_name();
  CHECK(Has(Ask(ShowOrder), ">NOT-SOLD-ANY-MORE<"));
}

TEST_CASE_METHOD(Checkouts, "the history lists orders, and no attempts that came to nothing", "[pages]") {
  CHECK(Has(Ask(ShowOrders), "No orders yet"));
  REQUIRE_OK(Ask(CheckOut, Filled()));
  orders.orders[0].add_items()->mutable_item()->set_product_id("MUG");
  CHECK(Has(Ask(ShowOrders), "1 order<"));
  CHECK(Has(Ask(ShowOrders), "href=\"/orders/order-1\""));
  orders.orders[0].set_state(pb::CANCELLED);
  CHECK(Has(Ask(ShowOrders), "No orders yet"));
}

}  // namespace boutique::gateway
