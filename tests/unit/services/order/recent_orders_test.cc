// SPDX-License-Identifier: Apache-2.0
#include "services/order/recent_orders.h"

#include "support/catch.h"

namespace boutique::order {
namespace {

pb::Order OpenOrder(const std::string& id) {
  pb::Order order;
  order.set_order_id(id);
  order.set_state(pb::CHARGING);
  return order;
}

TEST_CASE("what was last kept of an order is found, until the order is at its end", "[order]") {
  RecentOrders recent;
  CHECK(recent.Find("a") == "");
  recent.Keep(OpenOrder("a"), "first");
  recent.Keep(OpenOrder("b"), "of another");
  recent.Keep(OpenOrder("a"), "second");
  CHECK(recent.Find("a") == "second");
  CHECK(recent.Find("b") == "of another");
  pb::Order ended = OpenOrder("a");
  ended.set_state(pb::CONFIRMED);
  recent.Keep(ended, "its goods are still in the cart");
  CHECK(recent.Find("a") == "its goods are still in the cart");
  ended.set_settled(true);
  recent.Keep(ended, "third");
  CHECK(recent.Find("a") == "");
  CHECK(recent.Find("b") == "of another");
}

TEST_CASE("of more than fits, what came first is forgotten", "[order]") {
  RecentOrders recent(2 * 256 + 10);  // an order takes 256 bytes beside its message
  recent.Keep(OpenOrder("a"), "1234");
  recent.Keep(OpenOrder("b"), "1234");
  recent.Keep(OpenOrder("a"), "12345");  // comes after b now
  CHECK(recent.Find("b") == "1234");
  recent.Keep(OpenOrder("c"), "12");
  CHECK(recent.Find("b") == "");
  CHECK(recent.Find("a") == "12345");
  CHECK(recent.Find("c") == "12");
  recent.Keep(OpenOrder("d"), std::string(2 * 256, 'x'));
  for (const char* id : {"a", "b", "c", "d"}) CHECK(recent.Find(id) == "");
}

}  // namespace
}  // namespace boutique::order
