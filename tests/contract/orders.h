// SPDX-License-Identifier: Apache-2.0
// The methods of checkout and of the orders' record in a shopper's words.
// Threads: everything here is safe from any.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "hipstershop/checkout.grpc.pb.h"
#include "hipstershop/order.grpc.pb.h"

namespace boutique::contract {

namespace pb = ::hipstershop;
using Checkout = pb::CheckoutService;
using Orders = pb::OrderService;

// A user with two mugs and a watch in the cart; fails the test case if they cannot be put there.
std::string UserWithCart();

// What that user sends to order them.
pb::PlaceOrderRequest Wish(const std::string& user, const std::string& currency = "USD", const std::string& key = "");
absl::StatusOr<pb::OrderResult> Place(const pb::PlaceOrderRequest& request);

absl::StatusOr<pb::Order> OrderById(const std::string& user, const std::string& order_id);
absl::StatusOr<pb::Order> OrderByKey(const std::string& user, const std::string& key);
// Newest first; fails the test case if they cannot be read.
std::vector<pb::Order> OrdersOf(const std::string& user);

// As CheckRefusal, for the checkout and the order service.
void CheckCheckoutRefusal(const absl::Status& status, absl::StatusCode code, const std::string& field = "");
void CheckOrdersRefusal(const absl::Status& status, absl::StatusCode code, const std::string& field = "");

}  // namespace boutique::contract

// As NEEDS, for all that an order takes.
#define NEEDS_CHECKOUT                        \
  NEEDS(::boutique::contract::Checkout);      \
  NEEDS(::hipstershop::CartService);          \
  NEEDS(::boutique::contract::Orders)
