// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/checkout_module.h"

#include "services/checkout/checkout_service.h"
#include "services/checkout/order_resumer.h"

namespace boutique::checkout {

CheckoutModule::CheckoutModule(runtime::Settings& settings) {
  for (const char* variable : {"CART_SERVICE_ADDR", "PRODUCT_CATALOG_SERVICE_ADDR", "CURRENCY_SERVICE_ADDR",
                               "SHIPPING_SERVICE_ADDR", "PAYMENT_SERVICE_ADDR", "EMAIL_SERVICE_ADDR",
                               "ORDER_SERVICE_ADDR"}) {
    settings.Address(variable);
  }
  settings.Duration("ORDER_LEASE", &options_.lease, std::chrono::seconds(1),
                    CheckoutOptions::kLongestLease,
                    "silence after which an order may be taken over by another process; SHUTDOWN_GRACE must be at least "
                    "three fifths of it");
  settings.Duration("RESUME_INTERVAL", &options_.resume_interval, std::chrono::milliseconds(100),
                    std::chrono::minutes(10), "how often interrupted orders are looked for");
  settings.Duration("ATTENTION_AFTER", &options_.attention_after, std::chrono::minutes(1), std::chrono::hours(24 * 30),
                    "age of an interrupted order at which it is left to a person");
}

absl::Status CheckoutModule::Install(runtime::Host& host) {
  // An order that was begun is brought to its end before the process stops.
  if (host.settings().shutdown_grace < options_.saga_budget()) {
    return absl::InvalidArgumentError("SHUTDOWN_GRACE: must be at least three fifths of ORDER_LEASE");
  }
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
  host.Serve<pb::CheckoutService>(host.Own<CheckoutService>(shop, host.background(), host.metrics(), options_));
  auto& resumer = host.Own<OrderResumer>(shop, host.metrics(), options_);
  host.OnStart([&host, &resumer, &orders = shop.orders] {
    if (!orders.IsConnected()) return absl::OkStatus();
    host.loops()[0]->Post([&host, &resumer] {
      host.background().Spawn(resumer.Run(*host.loops()[0], host.background().stop_token()));
    });
    return absl::OkStatus();
  });
  return absl::OkStatus();
}

}  // namespace boutique::checkout
