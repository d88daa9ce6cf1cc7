// SPDX-License-Identifier: Apache-2.0
// What checkout refuses, and that a refusal charges nothing and leaves the cart as it is.
#include <functional>
#include <limits>

#include "contract/carts.h"
#include "contract/goods.h"
#include "contract/orders.h"
#include "contract/shop.h"

namespace boutique::contract {
namespace {

using Change = std::function<void(pb::PlaceOrderRequest&)>;

// Orders with that change to the wish: it is refused, the cart stays, and no order was confirmed.
void CheckBadWish(const Change& change, absl::StatusCode code, const std::string& field = "") {
  const std::string user = UserWithCart();
  auto request = Wish(user);
  change(request);
  CAPTURE(field);
  CheckCheckoutRefusal(Place(request).status(), code, field);
  CHECK(LinesOf(user).size() == 2);
  for (const pb::Order& order : OrdersOf(user)) CHECK(order.state() == pb::CANCELLED);
}

void CheckInvalid(const Change& change, const std::string& field = "") {
  CheckBadWish(change, absl::StatusCode::kInvalidArgument, field);
}

TEST_CASE("D2: an empty cart cannot be ordered", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  const std::string user = NewUser();
  CheckCheckoutRefusal(Place(Wish(user)).status(), absl::StatusCode::kFailedPrecondition, "cart");
  CHECK(OrdersOf(user).empty());
}

TEST_CASE("D4: an unknown currency makes no order, free or otherwise", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  for (const std::string& code : {std::string("XAF"), std::string("usd"), std::string(), std::string(1 << 16, 'U')}) {
    CheckInvalid([&code](pb::PlaceOrderRequest& request) { request.set_user_currency(code); });
  }
}

TEST_CASE("D8: an order needs an address", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  CheckInvalid([](pb::PlaceOrderRequest& request) { request.clear_address(); }, "address");
  CheckInvalid([](pb::PlaceOrderRequest& request) { request.mutable_address()->clear_street_address(); },
               "address.street_address");
  CheckInvalid([](pb::PlaceOrderRequest& request) { request.mutable_address()->set_street_address(std::string(513, 's')); },
               "address.street_address");
  CheckInvalid([](pb::PlaceOrderRequest& request) { request.mutable_address()->set_city(std::string(129, 'c')); },
               "address.city");
  CheckInvalid([](pb::PlaceOrderRequest& request) { request.mutable_address()->set_state(std::string(129, 's')); },
               "address.state");
  CheckInvalid([](pb::PlaceOrderRequest& request) { request.mutable_address()->set_country(std::string(129, 'c')); },
               "address.country");
  CheckInvalid([](pb::PlaceOrderRequest& request) { request.mutable_address()->set_postal_code(std::string(33, '9')); },
               "address.postal_code");
}

TEST_CASE("an order needs a user, an e-mail address and a card", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  auto nobodys = Wish("");
  CheckCheckoutRefusal(Place(nobodys).status(), absl::StatusCode::kInvalidArgument, "user_id");
  nobodys.set_user_id(std::string(129, 'u'));
  CheckCheckoutRefusal(Place(nobodys).status(), absl::StatusCode::kInvalidArgument, "user_id");
  for (const std::string& email : {std::string(), std::string("nobody"), std::string(100'000, 'e') + "@example.com"}) {
    CheckInvalid([&email](pb::PlaceOrderRequest& request) { request.set_email(email); }, "email");
  }
  CheckInvalid([](pb::PlaceOrderRequest& request) { request.clear_credit_card(); }, "credit_card");
  CheckCheckoutRefusal(Place({}).status(), absl::StatusCode::kInvalidArgument);
}

TEST_CASE("D21: a card that is not valid is an invalid argument", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  CheckInvalid([](pb::PlaceOrderRequest& request) { *request.mutable_credit_card() = Card("4432801561520455"); });
  CheckInvalid([](pb::PlaceOrderRequest& request) { *request.mutable_credit_card() = Card("378282246310005"); });
  CheckInvalid([](pb::PlaceOrderRequest& request) {
    request.mutable_credit_card()->set_credit_card_expiration_year(2020);
  });
}

TEST_CASE("D21: a declined card is a failed precondition and charges nothing", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  for (const char* number : {kDeclined, kInsufficientFunds}) {
    CheckBadWish([number](pb::PlaceOrderRequest& request) { *request.mutable_credit_card() = Card(number); },
                 absl::StatusCode::kFailedPrecondition);
  }
}

TEST_CASE("a declined card is final for its key, and not for the cart", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  const std::string user = UserWithCart();
  auto declined = Wish(user, "USD", NewKey());
  *declined.mutable_credit_card() = Card(kDeclined);
  CheckCheckoutRefusal(Place(declined).status(), absl::StatusCode::kFailedPrecondition);
  *declined.mutable_credit_card() = Card();
  CheckCheckoutRefusal(Place(declined).status(), absl::StatusCode::kFailedPrecondition);
  CHECK(LinesOf(user).size() == 2);
  REQUIRE_OK(Place(Wish(user, "USD", NewKey())));
  CHECK(LinesOf(user).empty());
}

TEST_CASE("a product that is not sold makes no order", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  const std::string user = UserWithCart();
  REQUIRE_OK(AddToCart(user, "TEAPOT", 1));
  CheckCheckoutRefusal(Place(Wish(user)).status(), absl::StatusCode::kFailedPrecondition, "TEAPOT");
  CHECK(LinesOf(user).size() == 3);
  CHECK(OrdersOf(user).empty());
}

TEST_CASE("another total than the shopper has seen is charged to nobody", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  for (const pb::Money& seen : {Amount("USD", 136, 950000000), Amount("USD", 137, 0), Amount("EUR", 136, 960000000)}) {
    CheckBadWish([&seen](pb::PlaceOrderRequest& request) { *request.mutable_expected_total() = seen; },
                 absl::StatusCode::kAborted);
  }
  for (const pb::Money& bad : {Amount("USD", 1, -1), Amount("USD", 0, 1000000000), Amount("", 1, 0)}) {
    CheckInvalid([&bad](pb::PlaceOrderRequest& request) { *request.mutable_expected_total() = bad; }, "expected_total");
  }
  auto request = Wish(UserWithCart());
  *request.mutable_expected_total() = Amount("USD", 136, 960000000);
  REQUIRE_OK(Place(request));
}

TEST_CASE("an order's key has 16 to 64 visible characters", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  for (const std::string& key : {std::string("fifteen-letters"), std::string(65, 'k'), std::string("with a blank in it"),
                                 std::string("with-a-line-feed\n"), std::string("g\xc3\xb6teborg-goteborg")}) {
    CheckInvalid([&key](pb::PlaceOrderRequest& request) { request.set_idempotency_key(key); }, "idempotency_key");
  }
}

TEST_CASE("D9: an order is not begun when too little time is left for it", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  const std::string user = UserWithCart();
  CallOptions hurried;
  hurried.budget = std::chrono::milliseconds(40);
  const auto begin = std::chrono::steady_clock::now();
  const auto reply = Call<Checkout>(&Checkout::Stub::PlaceOrder, Wish(user), hurried);
  CHECK_CODE(reply, kDeadlineExceeded);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
  CHECK(LinesOf(user).size() == 2);
  CHECK(OrdersOf(user).empty());
}

}  // namespace
}  // namespace boutique::contract
