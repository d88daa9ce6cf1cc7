// SPDX-License-Identifier: Apache-2.0
// The order as its buyer gets to know it.
// Threads: stateless.
#pragma once

#include "hipstershop/email.pb.h"
#include "hipstershop/order.pb.h"

namespace boutique::events {

inline hipstershop::OrderResult ResultOf(const hipstershop::Order& order) {
  hipstershop::OrderResult result;
  result.set_order_id(order.order_id());
  result.set_shipping_tracking_id(order.shipping_tracking_id());
  *result.mutable_shipping_cost() = order.shipping_cost();
  *result.mutable_shipping_address() = order.shipping_address();
  *result.mutable_items() = order.items();
  return result;
}

// What EmailService is asked for when the order is confirmed.
inline hipstershop::SendOrderConfirmationRequest ConfirmationOf(const hipstershop::Order& order) {
  hipstershop::SendOrderConfirmationRequest request;
  request.set_email(order.email());
  *request.mutable_order() = ResultOf(order);
  return request;
}

}  // namespace boutique::events
