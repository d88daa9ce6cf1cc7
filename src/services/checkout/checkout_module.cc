// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/checkout_module.h"

#include "services/checkout/checkout_service.h"

namespace boutique::checkout {

CheckoutModule::CheckoutModule(runtime::Settings& settings) {
  for (const char* variable : {"CART_SERVICE_ADDR", "PRODUCT_CATALOG_SERVICE_ADDR", "CURRENCY_SERVICE_ADDR",
                               "SHIPPING_SERVICE_ADDR", "PAYMENT_SERVICE_ADDR", "EMAIL_SERVICE_ADDR",
                               "ORDER_SERVICE_ADDR"}) {
    settings.Address(variable);
  }
}

absl::Status CheckoutModule::Install(runtime::Host& host) {
  const ShopClients shop{
      .carts = host.ClientOf<pb::CartService>("CART_SERVICE_ADDR"),
      .catalog = host.ClientOf<pb::ProductCatalogService>("PRODUCT_CATALOG_SERVICE_ADDR"),
      .currency = host.ClientOf<pb::CurrencyService>("CURRENCY_SERVICE_ADDR", runtime::Need::kOptional),
      .shipping = host.ClientOf<pb::ShippingService>("SHIPPING_SERVICE_ADDR", runtime::Need::kOptional),
      .payments = host.ClientOf<pb::PaymentService>("PAYMENT_SERVICE_ADDR"),
      .email = host.ClientOf<pb::EmailService>("EMAIL_SERVICE_ADDR", runtime::Need::kOptional),
      // Among the public shop's services there is no such one: orders are then placed, but not kept.
      .orders = host.ClientOf<pb::OrderService>("ORDER_SERVICE_ADDR", runtime::Need::kOptional),
  };
  host.Serve<pb::CheckoutService>(host.Own<CheckoutService>(shop, host.background(), host.metrics()));
  return absl::OkStatus();
}

}  // namespace boutique::checkout
