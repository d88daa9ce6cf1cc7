// SPDX-License-Identifier: Apache-2.0
// boutique: the whole shop in one process.
#include "gateway/gateway_module.h"
#include "platform/runtime/main.h"
#include "services/ad/ad_module.h"
#include "services/cart/cart_module.h"
#include "services/checkout/checkout_module.h"
#include "services/currency/currency_module.h"
#include "services/email/email_module.h"
#include "services/order/order_module.h"
#include "services/payment/payment_module.h"
#include "services/productcatalog/product_catalog_module.h"
#include "services/recommendation/recommendation_module.h"
#include "services/shipping/shipping_module.h"

int main(int argc, char** argv) {
  using namespace boutique;
  return runtime::Main<gateway::GatewayModule, ad::AdModule, cart::CartModule, checkout::CheckoutModule,
                       currency::CurrencyModule, email::EmailModule, order::OrderModule, payment::PaymentModule,
                       productcatalog::ProductCatalogModule, recommendation::RecommendationModule,
                       shipping::ShippingModule>(
      {.name = "boutique", .summary = "the whole shop in one process", .grpc_port = 50051, .one_process = true}, argc,
      argv);
}
