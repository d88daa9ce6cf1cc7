// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <regex>

#include "contract/carts.h"
#include "contract/goods.h"
#include "contract/orders.h"
#include "contract/shop.h"
#include "hipstershop/currency.grpc.pb.h"

namespace boutique::contract {
namespace {

// Whether two amounts of one currency differ by at most a minor unit: a cent, or a yen.
bool IsAbout(const pb::Money& a, const pb::Money& b) {
  const double minor = a.currency_code() == "JPY" ? 1.0 : 0.01;
  const double difference =
      static_cast<double>(a.units() - b.units()) + static_cast<double>(a.nanos() - b.nanos()) / 1e9;
  return a.currency_code() == b.currency_code() && std::abs(difference) < minor + 1e-9;
}

std::vector<std::string> ItemsOf(const pb::OrderResult& order) {
  std::vector<std::string> items;
  for (const pb::OrderItem& line : order.items()) items.push_back(Text(line.item()));
  return items;
}

TEST_CASE("an order has the cart's lines with unit prices, postage, tracking id and address", "[checkout]") {
  NEEDS(Checkout);
  NEEDS(Carts);
  const auto order = Place(Wish(UserWithCart()));
  REQUIRE_OK(order);
  CHECK_FALSE(order->order_id().empty());
  CHECK(std::regex_match(order->shipping_tracking_id(), std::regex("[A-Z]{2}-44[0-9]{3}-22[0-9]{7}")));
  CHECK(Text(order->shipping_cost()) == "USD 8.990000000");
  CHECK(order->shipping_address().SerializeAsString() == MountainView().SerializeAsString());
  CHECK(ItemsOf(*order) == std::vector<std::string>{"6E92ZMYYFZ x 2", "1YMWWN1N4O x 1"});
  REQUIRE(order->items_size() == 2);
  CHECK(Text(order->items(0).cost()) == "USD 8.990000000");
  CHECK(Text(order->items(1).cost()) == "USD 109.990000000");
}

TEST_CASE("an order says what its products are called, and so does its record", "[checkout][ours]") {
  NEEDS(Checkout);
  NEEDS(Carts);
  const std::string user = UserWithCart();
  const auto order = Place(Wish(user));
  REQUIRE_OK(order);
  REQUIRE(order->items_size() == 2);
  CHECK(order->items(0).product_name() == "Mug");
  CHECK(order->items(1).product_name() == "Watch");
  NEEDS(Orders);
  const auto kept = OrderById(user, order->order_id());
  REQUIRE_OK(kept);
  CHECK(kept->items(1).product_name() == "Watch");
}

TEST_CASE("an order empties the cart", "[checkout]") {
  NEEDS(Checkout);
  NEEDS(Carts);
  const std::string user = UserWithCart();
  REQUIRE_OK(Place(Wish(user)));
  CHECK(LinesOf(user).empty());
}

TEST_CASE("an order is priced in the buyer's currency", "[checkout]") {
  NEEDS(Checkout);
  NEEDS(Carts);
  const auto euros = Place(Wish(UserWithCart(), "EUR"));
  REQUIRE_OK(euros);
  CHECK(IsAbout(euros->shipping_cost(), Amount("EUR", 7, 952233525)));
  CHECK(IsAbout(euros->items(0).cost(), Amount("EUR", 7, 952233525)));
  CHECK(IsAbout(euros->items(1).cost(), Amount("EUR", 97, 293233083)));
  const auto yen = Place(Wish(UserWithCart(), "JPY"));
  REQUIRE_OK(yen);
  CHECK(IsAbout(yen->shipping_cost(), Amount("JPY", 1005, 162317560)));
  CHECK(IsAbout(yen->items(1).cost(), Amount("JPY", 12297, 864661691)));
}

TEST_CASE("D7: what is charged is rounded to the currency's minor unit", "[checkout][ours]") {
  NEEDS(Checkout);
  NEEDS(Carts);
  const auto yen = Place(Wish(UserWithCart(), "JPY"));
  REQUIRE_OK(yen);
  CHECK(Text(yen->shipping_cost()) == "JPY 1005.000000000");
  CHECK(Text(yen->items(0).cost()) == "JPY 1005.000000000");
  CHECK(Text(yen->items(1).cost()) == "JPY 12298.000000000");
  const auto euros = Place(Wish(UserWithCart(), "EUR"));
  REQUIRE_OK(euros);
  CHECK(Text(euros->shipping_cost()) == "EUR 7.950000000");
  CHECK(Text(euros->items(1).cost()) == "EUR 97.290000000");
}

TEST_CASE("D24: an order's id is random", "[checkout][ours]") {
  NEEDS(Checkout);
  NEEDS(Carts);
  const auto order = Place(Wish(UserWithCart()));
  REQUIRE_OK(order);
  CHECK(IsUuidV4(order->order_id()));
}

TEST_CASE("two orders of one user are two orders", "[checkout]") {
  NEEDS(Checkout);
  NEEDS(Carts);
  const std::string user = UserWithCart();
  const auto first = Place(Wish(user));
  REQUIRE_OK(first);
  REQUIRE_OK(AddToCart(user, kJar, 3));
  const auto second = Place(Wish(user));
  REQUIRE_OK(second);
  CHECK(second->order_id() != first->order_id());
  CHECK(ItemsOf(*second) == std::vector<std::string>{"9SIQT8TOJO x 3"});
}

TEST_CASE("a placed order can be read by its buyer", "[checkout][order][ours]") {
  NEEDS(Checkout);
  NEEDS(Carts);
  NEEDS(Orders);
  const std::string user = UserWithCart();
  const auto placed = Place(Wish(user));
  REQUIRE_OK(placed);
  const auto order = OrderById(user, placed->order_id());
  REQUIRE_OK(order);
  CHECK(order->user_id() == user);
  CHECK(order->state() == pb::CONFIRMED);
  CHECK(order->email() == "someone@example.com");
  CHECK(order->shipping_tracking_id() == placed->shipping_tracking_id());
  CHECK(order->items_size() == 2);
  CHECK(Text(order->total()) == "USD 136.960000000");
  CHECK(IsUuidV4(order->transaction_id()));
  CHECK(order->card_brand() == "visa");
  CHECK(order->card_last_four() == "0454");
  CHECK(order->created_at_ms() > 0);
  CHECK(order->updated_at_ms() >= order->created_at_ms());
  REQUIRE(OrdersOf(user).size() == 1);
  CHECK(OrdersOf(user)[0].order_id() == placed->order_id());
}

TEST_CASE("D3, D7: an order's total is the sum of what it shows, in every currency", "[checkout][order][ours]") {
  NEEDS(Checkout);
  NEEDS(Carts);
  NEEDS(Orders);
  for (const char* currency : {"USD", "EUR", "GBP", "JPY", "CAD", "TRY", "KRW", "IDR"}) {
    CAPTURE(currency);
    const std::string user = NewUser();
    for (const std::string& product : AllProducts()) REQUIRE_OK(AddToCart(user, product, 7));
    const auto placed = Place(Wish(user, currency));
    REQUIRE_OK(placed);
    std::int64_t units = placed->shipping_cost().units();
    std::int64_t nanos = placed->shipping_cost().nanos();
    for (const pb::OrderItem& line : placed->items()) {
      units += line.cost().units() * line.item().quantity();
      nanos += std::int64_t{line.cost().nanos()} * line.item().quantity();
    }
    const auto order = OrderById(user, placed->order_id());
    REQUIRE_OK(order);
    CHECK(Text(order->total()) ==
          Text(Amount(currency, units + nanos / 1'000'000'000, static_cast<int>(nanos % 1'000'000'000))));
  }
}

TEST_CASE("the largest order has a total too", "[checkout][order][ours]") {
  NEEDS(Checkout);
  NEEDS(Carts);
  NEEDS(Orders);
  const std::string user = NewUser();
  for (const std::string& product : AllProducts()) REQUIRE_OK(AddToCart(user, product, 1000));
  const auto placed = Place(Wish(user, "IDR"));
  REQUIRE_OK(placed);
  const auto order = OrderById(user, placed->order_id());
  REQUIRE_OK(order);
  CHECK(order->total().units() > 4'000'000'000);
}

}  // namespace
}  // namespace boutique::contract
