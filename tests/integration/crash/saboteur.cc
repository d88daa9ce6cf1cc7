// SPDX-License-Identifier: Apache-2.0
// Does what must not be done, for the tests of the checker. Exit status 0 if it was done.
// usage: crash_saboteur DEED ARGUMENT…
//   charge KEY             charges a dollar         refund KEY       gives a charge back
//   ship KEY               ships a parcel           call-back KEY    cancels a parcel
//   add USER PRODUCT       adds one to a cart       order USER KEY   stores an order and leaves it
//   stick USER KEY         stores an order that needs attention
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "hipstershop/cart.grpc.pb.h"
#include "hipstershop/order.grpc.pb.h"
#include "hipstershop/payment.grpc.pb.h"
#include "hipstershop/shipping.grpc.pb.h"
#include "integration/crash/shop.h"

namespace boutique::crash {
namespace {

constexpr std::chrono::milliseconds kBudget = std::chrono::seconds(5);
constexpr std::int64_t kLongLeaseMs = 300'000;

pb::CartItem Mug() {
  pb::CartItem item;
  item.set_product_id("6E92ZMYYFZ");
  item.set_quantity(1);
  return item;
}

pb::Money Dollar() {
  pb::Money amount;
  amount.set_currency_code("USD");
  amount.set_units(1);
  return amount;
}

absl::Status Charge(Shop& shop, const std::string& key) {
  pb::ChargeRequest request;
  *request.mutable_amount() = Dollar();
  *request.mutable_credit_card() = GoodCard();
  request.set_idempotency_key(key);
  return shop.Call<pb::PaymentService>(&pb::PaymentService::Stub::Charge, request, kBudget).status();
}

absl::Status Refund(Shop& shop, const std::string& key) {
  pb::RefundRequest request;
  request.set_idempotency_key(key);
  return shop.Call<pb::PaymentService>(&pb::PaymentService::Stub::Refund, request, kBudget).status();
}

absl::Status Ship(Shop& shop, const std::string& key) {
  pb::ShipOrderRequest request;
  *request.mutable_address() = Home();
  *request.add_items() = Mug();
  request.set_idempotency_key(key);
  return shop.Call<pb::ShippingService>(&pb::ShippingService::Stub::ShipOrder, request, kBudget).status();
}

absl::Status CallBack(Shop& shop, const std::string& key) {
  pb::CancelShipmentRequest request;
  request.set_idempotency_key(key);
  return shop.Call<pb::ShippingService>(&pb::ShippingService::Stub::CancelShipment, request, kBudget).status();
}

absl::Status Add(Shop& shop, const std::string& user, const std::string& product) {
  pb::AddItemRequest request;
  request.set_user_id(user);
  request.mutable_item()->set_product_id(product);
  request.mutable_item()->set_quantity(1);
  return shop.Call<pb::CartService>(&pb::CartService::Stub::AddItem, request, kBudget).status();
}

absl::Status Order(Shop& shop, const std::string& user, const std::string& key) {
  pb::CreateOrderRequest request;
  pb::Order& order = *request.mutable_order();
  order.set_order_id(key);
  order.set_user_id(user);
  order.set_idempotency_key(key);
  order.set_fingerprint(key);
  order.set_email(user + "@example.com");
  *order.mutable_shipping_address() = Home();
  pb::OrderItem& line = *order.add_items();
  *line.mutable_item() = Mug();
  *line.mutable_cost() = Dollar();
  *order.mutable_shipping_cost() = Dollar();
  *order.mutable_total() = Dollar();
  order.mutable_total()->set_units(2);
  request.set_lease_ms(kLongLeaseMs);
  return shop.Call<pb::OrderService>(&pb::OrderService::Stub::CreateOrder, request, kBudget).status();
}

absl::Status Stick(Shop& shop, const std::string& user, const std::string& key) {
  absl::Status done = Order(shop, user, key);
  pb::OrderState last = pb::PENDING;
  for (const pb::OrderState next : {pb::CHARGING, pb::NEEDS_ATTENTION}) {
    pb::RecordStepRequest request;
    request.set_order_id(key);
    request.set_expected_state(last);
    request.set_expected_epoch(1);
    request.set_state(next);
    request.set_lease_ms(kLongLeaseMs);
    done.Update(shop.Call<pb::OrderService>(&pb::OrderService::Stub::RecordStep, request, kBudget).status());
    last = next;
  }
  return done;
}

absl::Status Do(const std::vector<std::string>& words) {
  Shop shop;
  const std::string& deed = words.at(0);
  if (deed == "charge") return Charge(shop, words.at(1));
  if (deed == "refund") return Refund(shop, words.at(1));
  if (deed == "ship") return Ship(shop, words.at(1));
  if (deed == "call-back") return CallBack(shop, words.at(1));
  if (deed == "add") return Add(shop, words.at(1), words.at(2));
  if (deed == "order") return Order(shop, words.at(1), words.at(2));
  if (deed == "stick") return Stick(shop, words.at(1), words.at(2));
  return absl::InvalidArgumentError("there is no such deed");
}

}  // namespace
}  // namespace boutique::crash

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 2 || words.size() > 3) {
    std::cerr << "usage: crash_saboteur DEED ARGUMENT…\n";
    return 2;
  }
  const absl::Status done = boutique::crash::Do(words);
  if (!done.ok()) std::cerr << words[0] << ": " << done.ToString() << '\n';
  return done.ok() ? 0 : 1;
}
