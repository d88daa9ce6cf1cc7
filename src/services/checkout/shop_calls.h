// SPDX-License-Identifier: Apache-2.0
// The services that an order needs, and calls to them that also work where a peer does not know our extensions.
// Threads: safe from any loop once the clients are connected.
#pragma once

#include <string>
#include <vector>

#include "hipstershop/cart.grpc.pb.h"
#include "hipstershop/currency.grpc.pb.h"
#include "hipstershop/email.grpc.pb.h"
#include "hipstershop/order.grpc.pb.h"
#include "hipstershop/payment.grpc.pb.h"
#include "hipstershop/product_catalog.grpc.pb.h"
#include "hipstershop/shipping.grpc.pb.h"
#include "platform/base/money.h"
#include "platform/rpc/client.h"

namespace boutique::checkout {

namespace pb = ::hipstershop;

struct ShopClients {
  rpc::Client<pb::CartService>& carts;
  rpc::Client<pb::ProductCatalogService>& catalog;
  rpc::Client<pb::CurrencyService>& currency;  // may be unconnected: then the catalog's currency is the only one
  rpc::Client<pb::ShippingService>& shipping;  // may be unconnected: then nothing is sent, nor charged for sending
  rpc::Client<pb::PaymentService>& payments;
  rpc::Client<pb::EmailService>& email;        // may be unconnected
  rpc::Client<pb::OrderService>& orders;       // may be unconnected: then orders are not recorded
};

// What an order is to know of a product.
struct Offer {
  std::string name;   // at most as long as an order may keep
  base::Money price;  // of one, in dollars
};

// An offer for each line, in one call, or in one for each line where the catalog knows no GetProducts.
// FAILED_PRECONDITION that names the product if one is not sold any more.
rpc::Reply<std::vector<Offer>> FetchOffers(const ShopClients& shop, const rpc::CallContext& call,
                                           const std::vector<pb::CartItem>& lines);

// What the cart's shipment to the address costs, in dollars; nothing where nothing is sent.
rpc::Reply<base::Money> FetchQuote(const ShopClients& shop, const rpc::CallContext& call, const pb::Address& address,
                                   const pb::Cart& cart);

// The amounts in another currency, in one call, or in one for each where the service knows no ConvertMany.
// INVALID_ARGUMENT that names user_currency if it is not supported.
rpc::Reply<std::vector<base::Money>> ConvertAll(const ShopClients& shop, const rpc::CallContext& call,
                                                std::vector<base::Money> amounts, std::string currency);

// The status with `what` before its message and a code that the buyer can act on: UNAVAILABLE where trying again may
// help, INTERNAL otherwise.
absl::Status Blame(absl::string_view what, const absl::Status& status);

}  // namespace boutique::checkout
