// SPDX-License-Identifier: Apache-2.0
// The services that the gateway calls. References to clients of the host; safe from any loop once the host has started.
#pragma once

#include "hipstershop/ad.grpc.pb.h"
#include "hipstershop/cart.grpc.pb.h"
#include "hipstershop/checkout.grpc.pb.h"
#include "hipstershop/currency.grpc.pb.h"
#include "hipstershop/order.grpc.pb.h"
#include "hipstershop/product_catalog.grpc.pb.h"
#include "hipstershop/recommendation.grpc.pb.h"
#include "hipstershop/shipping.grpc.pb.h"
#include "platform/rpc/client.h"

namespace boutique::gateway {

namespace pb = ::hipstershop;

// Only carts and catalog are required. A call of one that has no address is UNAVAILABLE.
struct Clients {
  rpc::Client<pb::CartService>& carts;
  rpc::Client<pb::ProductCatalogService>& catalog;
  rpc::Client<pb::CurrencyService>& currency;
  rpc::Client<pb::RecommendationService>& recommendations;
  rpc::Client<pb::AdService>& ads;
  rpc::Client<pb::ShippingService>& shipping;
  rpc::Client<pb::CheckoutService>& checkout;
  rpc::Client<pb::OrderService>& orders;
};

}  // namespace boutique::gateway
