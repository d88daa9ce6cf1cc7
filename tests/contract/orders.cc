// SPDX-License-Identifier: Apache-2.0
#include "contract/orders.h"

#include "contract/carts.h"
#include "contract/goods.h"
#include "contract/shop.h"

namespace boutique::contract {

std::string UserWithCart() {
  const std::string user = NewUser();
  REQUIRE_OK(AddToCart(user, kMug, 2));
  REQUIRE_OK(AddToCart(user, kWatch, 1));
  return user;
}

pb::PlaceOrderRequest Wish(const std::string& user, const std::string& currency, const std::string& key) {
  pb::PlaceOrderRequest request;
  request.set_user_id(user);
  request.set_user_currency(currency);
  *request.mutable_address() = MountainView();
  request.set_email("someone@example.com");
  *request.mutable_credit_card() = Card();
  request.set_idempotency_key(key);
  return request;
}

absl::StatusOr<pb::OrderResult> Place(const pb::PlaceOrderRequest& request) {
  auto reply = Call<Checkout>(&Checkout::Stub::PlaceOrder, request);
  if (!reply.ok()) return reply.status();
  return reply->order();
}

absl::StatusOr<pb::Order> OrderById(const std::string& user, const std::string& order_id) {
  pb::GetOrderRequest request;
  request.set_user_id(user);
  request.set_order_id(order_id);
  return Call<Orders>(&Orders::Stub::GetOrder, request);
}

absl::StatusOr<pb::Order> OrderByKey(const std::string& user, const std::string& key) {
  pb::GetOrderRequest request;
  request.set_user_id(user);
  request.set_idempotency_key(key);
  return Call<Orders>(&Orders::Stub::GetOrder, request);
}

std::vector<pb::Order> OrdersOf(const std::string& user) {
  pb::ListOrdersRequest request;
  request.set_user_id(user);
  request.set_page_size(100);
  const auto reply = Call<Orders>(&Orders::Stub::ListOrders, request);
  REQUIRE_OK(reply);
  return {reply->orders().begin(), reply->orders().end()};
}

void CheckCheckoutRefusal(const absl::Status& status, absl::StatusCode code, const std::string& field) {
  CheckRefusal(Checkout::service_full_name(), status, code, field);
}

void CheckOrdersRefusal(const absl::Status& status, absl::StatusCode code, const std::string& field) {
  CheckRefusal(Orders::service_full_name(), status, code, field);
}

}  // namespace boutique::contract
