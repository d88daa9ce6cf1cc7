// SPDX-License-Identifier: Apache-2.0
// One key, one order: whatever is repeated, and however it comes together.
#include <set>

#include "contract/carts.h"
#include "contract/goods.h"
#include "contract/orders.h"
#include "contract/payments.h"
#include "contract/shop.h"

namespace boutique::contract {
namespace {

TEST_CASE("D2: a repeated PlaceOrder answers with the same order", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  const std::string user = UserWithCart();
  const auto wish = Wish(user, "EUR", NewKey());
  const auto first = Place(wish);
  REQUIRE_OK(first);
  const auto again = Place(wish);
  REQUIRE_OK(again);
  CHECK(again->SerializeAsString() == first->SerializeAsString());
  CHECK(OrdersOf(user).size() == 1);
}

TEST_CASE("D2: a repeat orders nothing that came into the cart since", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  const std::string user = UserWithCart();
  const auto wish = Wish(user, "USD", NewKey());
  REQUIRE_OK(Place(wish));
  REQUIRE_OK(AddToCart(user, kJar, 1));
  const auto again = Place(wish);
  REQUIRE_OK(again);
  CHECK(again->items_size() == 2);
  CHECK(LinesOf(user) == std::vector<std::string>{"9SIQT8TOJO x 1"});
}

TEST_CASE("D2: a double click makes one order", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  for (int round = 0; round < 5; ++round) {
    const std::string user = UserWithCart();
    const auto wish = Wish(user, "USD", NewKey());
    const auto answers = AllAtOnce(8, [&wish](int) { return Place(wish); });
    std::set<std::string> orders;
    for (const auto& answer : answers) {
      REQUIRE_OK(answer);
      orders.insert(answer->order_id() + " " + answer->shipping_tracking_id());
    }
    CHECK(orders.size() == 1);
    const auto stored = OrdersOf(user);
    REQUIRE(stored.size() == 1);
    CHECK(stored[0].state() == pb::CONFIRMED);
    CHECK(LinesOf(user).empty());
  }
}

TEST_CASE("D2: orders at once with keys of their own take a cart's goods once", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  for (int round = 0; round < 5; ++round) {
    const std::string user = UserWithCart();
    const auto answers = AllAtOnce(6, [&user](int) { return Place(Wish(user, "USD", NewKey())); });
    int placed = 0;
    for (const auto& answer : answers) {
      placed += answer.ok() ? 1 : 0;
      if (!answer.ok()) CheckCheckoutRefusal(answer.status(), absl::StatusCode::kFailedPrecondition, "the cart is empty");
    }
    CHECK(placed == 1);
    const auto stored = OrdersOf(user);
    REQUIRE(stored.size() == 1);
    CHECK(stored[0].state() == pb::CONFIRMED);
    CHECK(LinesOf(user).empty());
  }
}

TEST_CASE("orders one after the other take what came into the cart for each", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  const std::string user = UserWithCart();
  for (int round = 0; round < 6; ++round) {
    const auto order = Place(Wish(user, "USD", NewKey()));
    REQUIRE_OK(order);
    CHECK(order->items_size() == (round == 0 ? 2 : 1));
    REQUIRE_OK(AddToCart(user, kJar, 1));
  }
  CHECK(OrdersOf(user).size() == 6);
}

TEST_CASE("an order is found by its key", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  const std::string user = UserWithCart();
  const std::string key = NewKey();
  const auto placed = Place(Wish(user, "USD", key));
  REQUIRE_OK(placed);
  const auto order = OrderByKey(user, key);
  REQUIRE_OK(order);
  CHECK(order->order_id() == placed->order_id());
  CHECK(order->idempotency_key() == key);
}

TEST_CASE("a key that was used for other details already exists", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  const std::string user = UserWithCart();
  const std::string key = NewKey();
  REQUIRE_OK(Place(Wish(user, "USD", key)));
  REQUIRE_OK(AddToCart(user, kMug, 1));
  auto other_email = Wish(user, "USD", key);
  other_email.set_email("somebody.else@example.com");
  auto other_address = Wish(user, "USD", key);
  other_address.mutable_address()->set_city("Sunnyvale");
  for (const auto& other : {Wish(user, "EUR", key), other_email, other_address}) {
    CheckCheckoutRefusal(Place(other).status(), absl::StatusCode::kAlreadyExists, "idempotency_key");
  }
  CHECK(OrdersOf(user).size() == 1);
  CHECK(LinesOf(user).size() == 1);
}

TEST_CASE("another card with the same key is the same order", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  const std::string user = UserWithCart();
  auto wish = Wish(user, "USD", NewKey());
  const auto first = Place(wish);
  REQUIRE_OK(first);
  *wish.mutable_credit_card() = Card("4242424242424242");
  const auto again = Place(wish);
  REQUIRE_OK(again);
  CHECK(again->order_id() == first->order_id());
}

TEST_CASE("one key of two users makes two orders", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  const std::string key = NewKey();
  const std::string one = UserWithCart();
  const std::string other = UserWithCart();
  const auto first = Place(Wish(one, "USD", key));
  const auto second = Place(Wish(other, "USD", key));
  REQUIRE_OK(first);
  REQUIRE_OK(second);
  CHECK(first->order_id() != second->order_id());
}

TEST_CASE("D2: an order's charge stands once, for exactly its total", "[checkout][ours]") {
  NEEDS_CHECKOUT;
  NEEDS(Payments);
  const std::string user = UserWithCart();
  const auto placed = Place(Wish(user));
  REQUIRE_OK(placed);
  const auto order = OrderById(user, placed->order_id());
  REQUIRE_OK(order);
  const auto charge = ChargeOf(order->order_id());
  REQUIRE_OK(charge);
  CHECK(charge->state() == pb::ChargeRecord::STANDING);
  CHECK(charge->transaction_id() == order->transaction_id());
  CHECK(Text(charge->amount()) == Text(order->total()));
}

}  // namespace
}  // namespace boutique::contract
