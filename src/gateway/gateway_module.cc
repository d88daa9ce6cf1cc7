// SPDX-License-Identifier: Apache-2.0
#include "gateway/gateway_module.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/api/register_api.h"
#include "gateway/basic_auth.h"
#include "gateway/gateway.h"
#include "gateway/pages/register_pages.h"
#include "platform/telemetry/log.h"

namespace boutique::gateway {
namespace {

using runtime::Need;

struct Service {
  const char* name;
  const char* service;
  const char* variable;
  Need need;
};

// The shop can be browsed and filled without the optional ones.
constexpr Service kServices[] = {
    {"cart", "hipstershop.CartService", "CART_SERVICE_ADDR", Need::kRequired},
    {"productcatalog", "hipstershop.ProductCatalogService", "PRODUCT_CATALOG_SERVICE_ADDR", Need::kRequired},
    {"currency", "hipstershop.CurrencyService", "CURRENCY_SERVICE_ADDR", Need::kOptional},
    {"recommendation", "hipstershop.RecommendationService", "RECOMMENDATION_SERVICE_ADDR", Need::kOptional},
    {"ad", "hipstershop.AdService", "AD_SERVICE_ADDR", Need::kOptional},
    {"shipping", "hipstershop.ShippingService", "SHIPPING_SERVICE_ADDR", Need::kOptional},
    {"checkout", "hipstershop.CheckoutService", "CHECKOUT_SERVICE_ADDR", Need::kOptional},
    {"order", "hipstershop.OrderService", "ORDER_SERVICE_ADDR", Need::kOptional},
};

std::string Reachable(const std::string& host) { return host == "0.0.0.0" || host == "[::]" ? "localhost" : host; }

}  // namespace

GatewayModule::GatewayModule(runtime::Settings& settings) : options_(settings), settings_(settings) {
  for (const Service& service : kServices) settings.Address(service.variable);
  settings_.version = BOUTIQUE_VERSION;
}

Clients GatewayModule::MakeClients(runtime::Host& host) const {
  return Clients{
      .carts = host.ClientOf<pb::CartService>("CART_SERVICE_ADDR"),
      .catalog = host.ClientOf<pb::ProductCatalogService>("PRODUCT_CATALOG_SERVICE_ADDR"),
      .currency = host.ClientOf<pb::CurrencyService>("CURRENCY_SERVICE_ADDR", Need::kOptional),
      .recommendations = host.ClientOf<pb::RecommendationService>("RECOMMENDATION_SERVICE_ADDR", Need::kOptional),
      .ads = host.ClientOf<pb::AdService>("AD_SERVICE_ADDR", Need::kOptional),
      .shipping = host.ClientOf<pb::ShippingService>("SHIPPING_SERVICE_ADDR", Need::kOptional),
      .checkout = host.ClientOf<pb::CheckoutService>("CHECKOUT_SERVICE_ADDR", Need::kOptional),
      .orders = host.ClientOf<pb::OrderService>("ORDER_SERVICE_ADDR", Need::kOptional),
  };
}

std::vector<Dependency> GatewayModule::MakeDependencies(runtime::Host& host) const {
  std::vector<Dependency> dependencies;
  for (const Service& service : kServices) {
    Dependency dependency;
    dependency.name = service.name;
    dependency.service = service.service;
    dependency.required = service.need == Need::kRequired;
    if (options_.about().one_process) {
      dependency.configured = true;
      dependency.ready_here = [&host, name = service.service] { return host.IsReady(name); };
    } else {
      dependency.configured = !options_.AddressOf(service.variable).empty();
      dependency.health = &host.ClientOf<grpc::health::v1::Health>(service.variable, Need::kOptional);
    }
    dependencies.push_back(std::move(dependency));
  }
  return dependencies;
}

absl::Status GatewayModule::Install(runtime::Host& host) {
  settings_.Normalize();
  auto& router = host.Own<http::Router>(settings_.base_url);
  auto& gateway = host.Own<Gateway>(settings_, MakeClients(host), router);
  if (!settings_.basic_auth.empty()) {
    auto made = BasicAuth::Make(settings_.basic_auth);
    if (!made.ok()) return absl::InvalidArgumentError(absl::StrCat("BASIC_AUTH: ", made.status().message()));
    BasicAuth& basic_auth = host.Keep(*std::move(made));
    gateway.SetBasicAuth(&basic_auth);
    telemetry::Log(telemetry::Severity::kInfo, "the shop needs a user name and a password",
                   {{"users", static_cast<std::int64_t>(basic_auth.users())}});
  }
  host.Own<Probes>(MakeDependencies(host), [&host] { return host.IsReady(); }).RegisterWith(gateway);
  if (absl::Status bad = RegisterPages(gateway, host); !bad.ok()) return bad;
  RegisterApi(gateway, host);
  host.OnStart([this, &host, &gateway, &router] { return Serve(host, gateway, router); });
  host.OnDrain([this](std::chrono::nanoseconds grace) {
    if (server_ != nullptr) server_->Drain(grace);
  });
  host.OnStop([this] { server_.reset(); });
  return absl::OkStatus();
}

absl::Status GatewayModule::Serve(runtime::Host& host, const Gateway& gateway, const http::Router& router) {
  http::ServerOptions options;
  options.host = host.settings().listen_host;
  options.port = static_cast<int>(settings_.port);
  options.loops = host.loops();
  options.deadline = settings_.request_timeout;
  options.most_requests = static_cast<int>(settings_.most_requests);
  options.refuse = [&gateway](const http::Request& request, int status) { return gateway.Refuse(request, status); };
  if (gateway.has_guard()) {
    options.guard = [&gateway](const rpc::CallContext& call, http::Request& request) {
      return gateway.Guard(call, request);
    };
  }
  options.spans = host.spans();
  server_ = std::make_unique<http::Server>(std::move(options), router, host.metrics());
  const auto port = server_->Start();
  if (!port.ok()) return port.status();
  host.Announce("shop", absl::StrCat("http://", Reachable(host.settings().listen_host), ":", *port, settings_.base_url));
  return absl::OkStatus();
}

}  // namespace boutique::gateway
