// SPDX-License-Identifier: Apache-2.0
// An order of two lines as checkout would store it.
// Threads: stateless.
#pragma once

#include <string>

#include "hipstershop/order.pb.h"
#include "platform/base/ids.h"
#include "platform/base/money.h"

namespace boutique::order {

namespace pb = ::hipstershop;

inline void AddLine(pb::Order* order, const std::string& product, int quantity, const base::Money& cost) {
  pb::OrderItem* const line = order->add_items();
  line->mutable_item()->set_product_id(product);
  line->mutable_item()->set_quantity(quantity);
  cost.CopyTo(line->mutable_cost());
}

// Two mugs and a watch, 136.96 dollars with the postage.
inline pb::Order SampleOrder(const std::string& user = "ann", const std::string& key = "key-0123456789abcdef") {
  pb::Order order;
  order.set_order_id(base::RandomUuid());
  order.set_user_id(user);
  order.set_idempotency_key(key);
  order.set_fingerprint("f00d");
  order.set_email("ann@example.com");
  order.mutable_shipping_address()->set_street_address("1600 Amphitheatre Parkway");
  order.mutable_shipping_address()->set_city("Mountain View");
  order.mutable_shipping_address()->set_state("CA");
  order.mutable_shipping_address()->set_country("United States");
  order.mutable_shipping_address()->set_zip_code(94043);
  AddLine(&order, "6E92ZMYYFZ", 2, {"USD", 8, 990000000});
  AddLine(&order, "1YMWWN1N4O", 1, {"USD", 109, 990000000});
  base::Money{"USD", 8, 990000000}.CopyTo(order.mutable_shipping_cost());
  base::Money{"USD", 136, 960000000}.CopyTo(order.mutable_total());
  return order;
}

}  // namespace boutique::order
