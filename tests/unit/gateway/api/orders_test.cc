// SPDX-License-Identifier: Apache-2.0
#include "unit/gateway/api/api_shop.h"

namespace boutique::gateway {
namespace {

using nlohmann::json;

constexpr char kOrder[] = "1b4e28ba-2fa1-41d2-883f-0016d3cca427";

// An order as it is on record.
pb::Order OrderOfAda() {
  pb::Order order;
  order.set_order_id(kOrder);
  order.set_user_id(kAda);
  order.set_idempotency_key(kKey);
  order.set_fingerprint("f1n93rpr1n7");
  order.set_state(pb::CONFIRMED);
  order.set_epoch(3);
  order.set_email("ada@example.com");
  order.set_transaction_id("t-1");
  order.set_card_brand("visa");
  order.set_card_last_four("0454");
  order.set_shipping_tracking_id("AB-12-3456789");
  order.set_created_at_ms(1795255200000);
  auto* const line = order.add_items();
  line->mutable_item()->set_product_id("MUG");
  line->mutable_item()->set_quantity(1);
  line->set_product_name("Mug");
  *line->mutable_cost() = FakeCheckout::Dollars(8, 990000000);
  *order.mutable_shipping_cost() = FakeCheckout::Dollars(8, 990000000);
  *order.mutable_total() = FakeCheckout::Dollars(17, 980000000);
  return order;
}

struct Orders : ApiShop {
  Orders() { orders.orders.push_back(OrderOfAda()); }
  Reply AsBob(const std::string& target) {
    return Send("GET", target, "", {{"Cookie", std::string("shop_session-id=") + kBob}});
  }
};

TEST_CASE_METHOD(Orders, "a session's orders are listed and read", "[api]") {
  const Reply list = Get("/api/v1/orders");
  REQUIRE(list.status == 200);
  REQUIRE(list.body["orders"].size() == 1);
  const Reply one = Get(std::string("/api/v1/orders/") + kOrder);
  REQUIRE(one.status == 200);
  CHECK(list.body["orders"][0] == one.body);
  CHECK(one.body["state"] == "CONFIRMED");
  CHECK(one.body["cardLastFour"] == "0454");
  CHECK(one.body["createdAt"] == "2026-11-21T10:00:00Z");
  CHECK(one.body["items"][0]["cost"]["units"] == "8");
  CHECK(one.body["items"][0]["productName"] == "Mug");
}

TEST_CASE_METHOD(Orders, "an order shows neither its session nor its keys", "[api]") {
  for (const std::string& target : {std::string("/api/v1/orders"), std::string("/api/v1/orders/") + kOrder}) {
    const Reply reply = Get(target);
    for (const char* const secret : {kAda, kKey, "f1n93rpr1n7", "t-1", "epoch"}) {
      CAPTURE(secret);
      CHECK(reply.text.find(secret) == std::string::npos);
    }
  }
}

TEST_CASE_METHOD(Orders, "D19: anybody else's order is 404, and not in the list", "[api]") {
  CHECK(AsBob(std::string("/api/v1/orders/") + kOrder).status == 404);
  CHECK(AsBob("/api/v1/orders").body["orders"] == json::array());
  CHECK(Get("/api/v1/orders/9b4e28ba-2fa1-41d2-883f-0016d3cca427").status == 404);
  CHECK(Get("/api/v1/orders/order-1").status == 404);
  CHECK(Get("/api/v1/orders/'; DROP TABLE orders").status == 404);
}

TEST_CASE_METHOD(Orders, "the session may come as bearer token", "[api]") {
  const std::vector<http::Header> bearer = {{"Authorization", std::string("Bearer ") + kAda}};
  const Reply reply = Send("GET", std::string("/api/v1/orders/") + kOrder, "", bearer);
  CHECK(reply.status == 200);
  CHECK_FALSE(reply.response.HeaderOf("Set-Cookie").size() > 0);
  CHECK(Send("GET", "/api/v1/orders", "", {{"Authorization", "Bearer nobody"}}).status == 401);
}

TEST_CASE_METHOD(Orders, "why an order was given up is told only of the card", "[api]") {
  orders.orders[0].set_state(pb::CANCELLED);
  orders.orders[0].set_reason("The card was declined. Please use another one.");
  orders.orders[0].set_reason_code(9);
  const std::string target = std::string("/api/v1/orders/") + kOrder;
  CHECK(Get(target).body["reason"] == "The card was declined. Please use another one.");
  orders.orders[0].set_reason("shipping error: connect 10.0.0.1:50051");
  orders.orders[0].set_reason_code(14);
  CHECK(Get(target).body["reason"] == "");
}

TEST_CASE_METHOD(Orders, "bad pages are refused, and an absent service is 503", "[api]") {
  CHECK(Get("/api/v1/orders?page_size=101").Faults() == "page_size: must be a whole number from 0 to 100");
  orders.list.failure = absl::InvalidArgumentError("page_token: is none of this user's");
  CHECK(Get("/api/v1/orders?page_token=x").Faults() == "page_token: is none of this user's");
  orders.list.failure = orders.get.failure = absl::UnavailableError("away");
  CHECK(Get("/api/v1/orders").status == 503);
  CHECK(Get(std::string("/api/v1/orders/") + kOrder).status == 503);
}

TEST_CASE("without an order service there are no orders to ask for", "[api]") {
  ApiShop shop(Connected{.orders = false});
  CHECK(shop.Get("/api/v1/orders").status == 404);
  CHECK(shop.Get(std::string("/api/v1/orders/") + kOrder).status == 404);
}

TEST_CASE("a session that everybody shares has no history", "[api]") {
  GatewaySettings settings;
  settings.single_shared_session = true;
  ApiShop shop(Connected{}, settings);
  CHECK(shop.Get("/api/v1/orders").status == 404);
}

}  // namespace
}  // namespace boutique::gateway
