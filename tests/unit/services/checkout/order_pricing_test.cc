// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/order_pricing.h"

#include <rapidcheck.h>

#include <limits>
#include <vector>

#include "support/catch.h"

namespace boutique::checkout {
namespace {

using base::Money;

std::vector<pb::CartItem> Lines(const std::vector<int>& quantities) {
  std::vector<pb::CartItem> lines;
  for (const int quantity : quantities) {
    lines.emplace_back().set_product_id("MUG");
    lines.back().set_quantity(quantity);
  }
  return lines;
}

TEST_CASE("D5: a quantity that no cart of ours would hold is not ordered") {
  CHECK_CODE(CheckLines(Lines({1, 1000})), kOk);
  for (const int quantity : {0, -1, 1001, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
    CHECK_CODE(CheckLines(Lines({1, quantity})), kFailedPrecondition);
  }
  CHECK_CODE(CheckLines(Lines(std::vector<int>(500, 1))), kOk);
  CHECK_CODE(CheckLines(Lines(std::vector<int>(501, 1))), kFailedPrecondition);
}

TEST_CASE("each unit price is rounded once, half away from zero") {
  const auto order = PriceOrder(Lines({3}), {Money{"EUR", 1, 5000000}}, Money{"EUR", 0, 4999999});
  REQUIRE_OK(order);
  CHECK(Money::Of(order->items[0].cost()) == Money{"EUR", 1, 10000000});
  CHECK(order->shipping == Money{"EUR", 0, 0});
  CHECK(order->total == Money{"EUR", 3, 30000000});
}

TEST_CASE("a total that cannot be expressed is out of range") {
  CHECK_CODE(PriceOrder(Lines({1000}), {Money{"USD", std::int64_t{1} << 60, 0}}, Money{"USD", 0, 0}), kOutOfRange);
}

TEST_CASE("a line without a price is not sold for nothing") {
  CHECK_CODE(PriceOrder(Lines({1, 1}), {Money{"USD", 1, 0}}, Money{"USD", 0, 0}), kInternal);
}

TEST_CASE("lines of other currencies do not add up") {
  CHECK_CODE(PriceOrder(Lines({1}), {Money{"USD", 1, 0}}, Money{"EUR", 0, 0}), kInvalidArgument);
}

TEST_CASE("what is shown is what is charged: the total is the sum of what the lines show") {
  CHECK(rc::check([] {
    const auto quantities = *rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 1001));
    std::vector<Money> prices;
    for (std::size_t i = 0; i < quantities.size(); ++i) {
      prices.push_back(Money{"USD", *rc::gen::inRange<std::int64_t>(0, 10000), *rc::gen::inRange(0, 1000000000)});
    }
    const auto order = PriceOrder(Lines(quantities), prices, Money{"USD", 8, 994999999});
    RC_ASSERT(order.ok());
    std::int64_t cents = order->shipping.units * 100 + order->shipping.nanos / 10000000;
    for (const pb::OrderItem& item : order->items) {
      RC_ASSERT(item.cost().nanos() % 10000000 == 0);
      cents += (item.cost().units() * 100 + item.cost().nanos() / 10000000) * item.item().quantity();
    }
    RC_ASSERT(order->total.units * 100 + order->total.nanos / 10000000 == cents);
  }));
}

}  // namespace
}  // namespace boutique::checkout
