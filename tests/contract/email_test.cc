// SPDX-License-Identifier: Apache-2.0
#include "contract/goods.h"
#include "contract/shop.h"
#include "hipstershop/email.grpc.pb.h"

namespace boutique::contract {
namespace {

using Email = pb::EmailService;

pb::SendOrderConfirmationRequest Confirmation() {
  pb::SendOrderConfirmationRequest request;
  request.set_email("someone@example.com");
  pb::OrderResult& order = *request.mutable_order();
  order.set_order_id("7d0f1d5c-2f3e-4c8e-9a1b-0d6a4c1f2b3e");
  order.set_shipping_tracking_id("QK-34-1710483920");
  *order.mutable_shipping_cost() = Amount("USD", 8, 990000000);
  *order.mutable_shipping_address() = MountainView();
  pb::OrderItem& line = *order.add_items();
  *line.mutable_item() = Item(kMug, 2);
  *line.mutable_cost() = Amount("USD", 8, 990000000);
  return request;
}

absl::Status Send(const pb::SendOrderConfirmationRequest& request) {
  return Call<Email>(&Email::Stub::SendOrderConfirmation, request).status();
}

void CheckBad(const pb::SendOrderConfirmationRequest& request, const std::string& field) {
  CheckRefusal(Email::service_full_name(), Send(request), absl::StatusCode::kInvalidArgument, field);
}

TEST_CASE("an order is confirmed to its buyer, and again", "[email]") {
  NEEDS(Email);
  REQUIRE_OK(Send(Confirmation()));
  REQUIRE_OK(Send(Confirmation()));
}

TEST_CASE("a confirmation needs an address that can be one", "[email][ours]") {
  NEEDS(Email);
  for (const std::string& address : {std::string(), std::string("nobody"), std::string("@example.com"),
                                     std::string("some one@example.com"), std::string("a@b.c\r\nBcc: d@e.f"),
                                     std::string(100'000, 'a') + "@example.com"}) {
    auto request = Confirmation();
    request.set_email(address);
    CheckBad(request, "email");
  }
}

TEST_CASE("a confirmation needs its order, with its id", "[email][ours]") {
  NEEDS(Email);
  auto request = Confirmation();
  request.clear_order();
  CheckBad(request, "order");
  request = Confirmation();
  request.mutable_order()->clear_order_id();
  CheckBad(request, "order");
}

TEST_CASE("a confirmation may name its products, at no more length than an order does", "[email][ours]") {
  NEEDS(Email);
  auto request = Confirmation();
  request.mutable_order()->mutable_items(0)->set_product_name(std::string(256, 'n'));
  REQUIRE_OK(Send(request));
  request.mutable_order()->mutable_items(0)->set_product_name(std::string(257, 'n'));
  CheckBad(request, "product_name");
}

}  // namespace
}  // namespace boutique::contract
