// SPDX-License-Identifier: Apache-2.0
// The shop's calls with fakes behind them, all in one process.
// Threads: belongs to the test's.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "gateway/clients.h"
#include "gateway/shop.h"
#include "platform/rpc/client.h"
#include "platform/rpc/server.h"
#include "platform/telemetry/metrics.h"
#include "support/catch.h"
#include "support/on_loop.h"
#include "unit/gateway/storefront/fake_services.h"

namespace boutique::gateway {

// Which services the shop has an address of.
struct Connected {
  bool orders = true;
  bool checkout = true;
  bool currency = true;
  bool shipping = true;
};

class FakeShop {
 public:
  explicit FakeShop(Connected connected = {}) {
    catalog.Sell("MUG", "Mug", 8, 990000000, "kitchen");
    catalog.Sell("JAR", "Jar", 5, 490000000, "kitchen");
    catalog.Sell("WATCH", "Watch", 109, 990000000, "accessories");
    recommendations.ids = {"JAR", "WATCH"};
    ads.RegisterWith(server_);
    carts.RegisterWith(server_);
    catalog.RegisterWith(server_);
    checkout.RegisterWith(server_);
    currency.RegisterWith(server_);
    orders.RegisterWith(server_);
    recommendations.RegisterWith(server_);
    shipping.RegisterWith(server_);
    REQUIRE_OK(server_.Start({}, [this, connected] {
      const auto channel = server_.InProcessChannel();
      ad_client_.Connect(channel, metrics_);
      cart_client_.Connect(channel, metrics_);
      catalog_client_.Connect(channel, metrics_);
      if (connected.checkout) checkout_client_.Connect(channel, metrics_);
      if (connected.currency) currency_client_.Connect(channel, metrics_);
      recommendation_client_.Connect(channel, metrics_);
      if (connected.shipping) shipping_client_.Connect(channel, metrics_);
      if (connected.orders) order_client_.Connect(channel, metrics_);
    }));
    call = rpc::Begin(*server_.loops()[0], std::chrono::seconds(20));
  }
  ~FakeShop() { server_.Shutdown(std::chrono::seconds(1)); }

  // What the task ends with, started on the shop's loop.
  template <typename T>
  T Run(coro::Task<T> task) {
    return testing::RunOn(*call.loop, std::move(task));
  }
  void PutInCart(const std::string& product, int quantity = 1) {
    auto* const line = carts.cart.add_items();
    line->set_product_id(product);
    line->set_quantity(quantity);
  }
  // How many calls all services have answered.
  int Calls() const {
    return ads.get.calls + carts.add.calls + carts.get.calls + carts.empty.calls + carts.set.calls +
           catalog.list.calls + catalog.one.calls + catalog.many.calls + catalog.search.calls + checkout.place.calls +
           currency.supported.calls + currency.one.calls + currency.many.calls + orders.get.calls + orders.list.calls +
           recommendations.list.calls + shipping.quote.calls;
  }

  FakeAds ads;
  FakeCarts carts;
  FakeCatalog catalog;
  FakeCurrency currency;
  FakeRecommendations recommendations;
  FakeShipping shipping;
  FakeOrders orders;
  FakeCheckout checkout{orders};
  rpc::CallContext call;

 private:
  telemetry::Metrics metrics_;
  rpc::Client<pb::AdService> ad_client_;
  rpc::Client<pb::CartService> cart_client_;
  rpc::Client<pb::ProductCatalogService> catalog_client_;
  rpc::Client<pb::CheckoutService> checkout_client_;
  rpc::Client<pb::CurrencyService> currency_client_;
  rpc::Client<pb::OrderService> order_client_;
  rpc::Client<pb::RecommendationService> recommendation_client_;
  rpc::Client<pb::ShippingService> shipping_client_;
  rpc::Server server_{rpc::ServerOptions{}, metrics_};

 public:
  const Clients clients{.carts = cart_client_,
                        .catalog = catalog_client_,
                        .currency = currency_client_,
                        .recommendations = recommendation_client_,
                        .ads = ad_client_,
                        .shipping = shipping_client_,
                        .checkout = checkout_client_,
                        .orders = order_client_};
  Shop shop{clients};
  const Visitor ada{"ada", "EUR"};
};

}  // namespace boutique::gateway
