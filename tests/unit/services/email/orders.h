// SPDX-License-Identifier: Apache-2.0
// Confirmations that the tests send.
// Stateless, safe from any thread.
#pragma once

#include <string>

#include "hipstershop/email.pb.h"
#include "platform/base/money.h"

namespace boutique::email {

namespace pb = ::hipstershop;

inline void SetAmount(pb::Money* amount, std::int64_t units, std::int32_t nanos, const std::string& currency = "EUR") {
  base::Money{currency, units, nanos}.CopyTo(amount);
}

inline pb::OrderItem* AddLine(pb::OrderResult* order, const std::string& product, int quantity, std::int64_t units,
                              std::int32_t nanos) {
  pb::OrderItem* const line = order->add_items();
  line->mutable_item()->set_product_id(product);
  line->mutable_item()->set_quantity(quantity);
  SetAmount(line->mutable_cost(), units, nanos);
  return line;
}

inline pb::SendOrderConfirmationRequest TwoLines(const std::string& order_id = "order-7") {
  pb::SendOrderConfirmationRequest request;
  request.set_email("anna.buyer@example.com");
  pb::OrderResult& order = *request.mutable_order();
  order.set_order_id(order_id);
  order.set_shipping_tracking_id("AB-20123-101234567");
  SetAmount(order.mutable_shipping_cost(), 7, 500'000'000);
  pb::Address& address = *order.mutable_shipping_address();
  address.set_street_address("1 Secret Lane");
  address.set_city("Zürich");
  address.set_state("ZH");
  address.set_country("Switzerland");
  address.set_postal_code("08001");
  AddLine(&order, "6E92ZMYYFZ", 2, 8, 990'000'000);
  AddLine(&order, "OLJCESPC7Z", 1, 19, 994'999'999);
  return request;
}

}  // namespace boutique::email
