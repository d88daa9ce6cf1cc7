// SPDX-License-Identifier: Apache-2.0
#include "benchmark/buyers.h"

#include "hipstershop/cart.pb.h"
#include "hipstershop/checkout.pb.h"
#include "platform/base/ids.h"

namespace boutique::benchmark {
namespace {

namespace pb = ::hipstershop;

std::string Addition(const std::string& buyer, const char* product) {
  pb::AddItemRequest add;
  add.set_user_id(buyer);
  add.mutable_item()->set_product_id(product);
  add.mutable_item()->set_quantity(2);
  return add.SerializeAsString();
}

std::string Order(const std::string& buyer) {
  pb::PlaceOrderRequest order;
  order.set_user_id(buyer);
  order.set_user_currency("EUR");
  order.set_email("ann@example.com");
  order.set_idempotency_key(base::RandomUuid());
  pb::Address& address = *order.mutable_address();
  address.set_street_address("1600 Amphitheatre Parkway");
  address.set_city("Mountain View");
  address.set_state("CA");
  address.set_country("United States");
  address.set_zip_code(94043);
  pb::CreditCardInfo& card = *order.mutable_credit_card();
  card.set_credit_card_number("4432801561520454");
  card.set_credit_card_cvv(672);
  card.set_credit_card_expiration_year(2039);
  card.set_credit_card_expiration_month(1);
  return order.SerializeAsString();
}

}  // namespace

Buyers::Buyers(int count) {
  for (int i = 0; i < count; ++i) {
    const std::string buyer = base::RandomUuid();
    for (const char* product : {"OLJCESPC7Z", "66VCHSJNUP"}) additions.push_back(Addition(buyer, product));
    orders.push_back(Order(buyer));
  }
}

}  // namespace boutique::benchmark
