// SPDX-License-Identifier: Apache-2.0
#include "contract/drafts.h"

#include "contract/shop.h"

namespace boutique::contract {

// One line of two at 0.50, no postage: adding up through zero units once went wrong.
pb::CreateOrderRequest Draft(const std::string& user, const std::string& id, const std::string& key) {
  pb::CreateOrderRequest request;
  pb::Order& order = *request.mutable_order();
  order.set_order_id(id);
  order.set_user_id(user);
  order.set_idempotency_key(key);
  order.set_fingerprint(std::string(64, 'f'));
  order.set_email("someone@example.com");
  *order.mutable_shipping_address() = MountainView();
  pb::OrderItem& line = *order.add_items();
  *line.mutable_item() = Item(kMug, 2);
  line.set_product_name("Mug");
  *line.mutable_cost() = Amount("USD", 0, 500000000);
  *order.mutable_shipping_cost() = Amount("USD", 0, 0);
  *order.mutable_total() = Amount("USD", 1, 0);
  return request;
}

// A random UUID: some hexadecimal digits with version and variant set.
std::string NewOrderId() {
  std::string digits = NewKey();
  digits[12] = '4';
  digits[16] = '8';
  return digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" + digits.substr(16, 4) + "-" +
         digits.substr(20);
}

absl::StatusOr<pb::CreateOrderResponse> Create(const pb::CreateOrderRequest& request) {
  return Call<Orders>(&Orders::Stub::CreateOrder, request);
}

pb::Order Created(const std::string& user) {
  const auto reply = Create(Draft(user, NewOrderId()));
  REQUIRE_OK(reply);
  REQUIRE(reply->created());
  return reply->order();
}

pb::RecordStepRequest Step(const pb::Order& order, pb::OrderState state) {
  pb::RecordStepRequest request;
  request.set_order_id(order.order_id());
  request.set_expected_state(order.state());
  request.set_expected_epoch(order.epoch());
  request.set_state(state);
  return request;
}

absl::StatusOr<pb::Order> Record(const pb::RecordStepRequest& request) {
  return Call<Orders>(&Orders::Stub::RecordStep, request);
}

}  // namespace boutique::contract
