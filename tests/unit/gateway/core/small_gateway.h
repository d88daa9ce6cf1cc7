// SPDX-License-Identifier: Apache-2.0
// A gateway without services behind it, whose routes are called as the HTTP server would.
// Belongs to one test.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/csrf.h"
#include "gateway/gateway.h"
#include "platform/http/router.h"
#include "platform/telemetry/log.h"
#include "support/loop_call.h"

namespace boutique::gateway {

struct NoServices {
  rpc::Client<pb::CartService> carts;
  rpc::Client<pb::ProductCatalogService> catalog;
  rpc::Client<pb::CurrencyService> currency;
  rpc::Client<pb::RecommendationService> recommendations;
  rpc::Client<pb::AdService> ads;
  rpc::Client<pb::ShippingService> shipping;
  rpc::Client<pb::CheckoutService> checkout;
  rpc::Client<pb::OrderService> orders;

  Clients All() { return {carts, catalog, currency, recommendations, ads, shipping, checkout, orders}; }
};

// Says what it was told, for a test to read.
class PlainErrorPage final : public ErrorPage {
 public:
  http::Response Render(const ErrorView& view) const override {
    std::string text = absl::StrCat("error ", view.status, " on ", view.path, " of ", view.session_hash);
    for (const std::string& reason : view.reasons) absl::StrAppend(&text, "; ", reason);
    return http::Answer(200, "text/html; charset=utf-8", std::move(text));
  }
};

class SmallGateway {
 public:
  static constexpr char kId[] = "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d";

  SmallGateway() { telemetry::StartLog("gateway_test", telemetry::Severity::kError); }

  // Makes it with the settings as they are.
  Gateway& Make() {
    router.emplace(settings.base_url);
    gateway.emplace(settings, services.All(), *router);
    gateway->SetErrorPage(&error_page);
    return *gateway;
  }

  // A request of the session kId, with these headers beside.
  http::Request Request(absl::string_view method, absl::string_view path, std::vector<http::Header> headers = {}) const {
    http::Request request;
    request.method = std::string(method);
    request.path = std::string(path.substr(0, path.find('?')));
    if (path.find('?') != absl::string_view::npos) request.query = std::string(path.substr(path.find('?') + 1));
    request.headers = std::move(headers);
    request.headers.emplace_back("Host", "shop.example");
    request.headers.emplace_back("Cookie", absl::StrCat("shop_session-id=", kId));
    request.id = "request-1";
    request.peer = "127.0.0.1:5";
    return request;
  }
  // A form of the shop's own page as a browser sends it.
  http::Request Form(absl::string_view path, std::string body) const {
    auto request = Request("POST", path,
                           {{"Content-Type", "application/x-www-form-urlencoded"},
                            {"Origin", "http://shop.example"},
                            {"Sec-Fetch-Site", "same-origin"}});
    request.body = std::move(body);
    return request;
  }

  http::Response Send(http::Request request) {
    const auto match = router->Find(request.method, request.path);
    if (match.handler == nullptr) {
      const int status = match.outcome == http::Router::Outcome::kMethodNotAllowed ? 405 : 404;
      return gateway->Refuse(request, status);
    }
    request.route = std::string(match.pattern);
    request.params = match.params;
    auto response = testing::LoopCall::Get(CallOnLoop(*match.handler, request));
    return *std::move(response);
  }

  rpc::Reply<http::Response> CallOnLoop(const http::Handler& handler, const http::Request& request) {
    co_await rpc::ResumeOn(loop.loop);
    auto response = co_await handler(loop.call, request);
    co_return std::move(response);
  }

  testing::LoopCall loop;
  GatewaySettings settings;
  NoServices services;
  PlainErrorPage error_page;
  std::optional<http::Router> router;
  std::optional<Gateway> gateway;
};

}  // namespace boutique::gateway
