// SPDX-License-Identifier: Apache-2.0
// The JSON API under /api/v1, one function for each route, and what they have at hand.
// An Api is safe from any loop; `api` and `visit` outlive a function's task, which runs on the visit's loop.
#pragma once

#include <string>

#include "gateway/assets.h"
#include "gateway/clients.h"
#include "gateway/gateway_settings.h"
#include "gateway/shop.h"
#include "gateway/visit.h"
#include "platform/base/clock.h"
#include "platform/http/message.h"
#include "platform/rpc/call_context.h"
#include "storefront/api.pb.h"

namespace boutique::gateway {

namespace v1 = ::storefront::v1;

class Api {
 public:
  // What is given outlives it.
  Api(const GatewaySettings& settings, const Clients& clients,
      const base::Clock& clock = base::SystemClock::Instance());

  const GatewaySettings& settings() const { return settings_; }
  const Clients& clients() const { return shop_.clients(); }
  const base::Clock& clock() const { return clock_; }
  const Assets& assets() const { return assets_; }
  Shop& shop() { return shop_; }
  // The OpenAPI document, whose server is the base URL.
  const std::string& document() const { return document_; }

 private:
  const GatewaySettings& settings_;
  const base::Clock& clock_;
  const Assets assets_;
  Shop shop_;
  const std::string document_;
};

// Functions fail with a status about the request's fields, or a service's; Answer makes a problem of it.
using ApiReply = rpc::Reply<http::Response>;

ApiReply GetProducts(Api& api, const Visit& visit);
ApiReply GetProduct(Api& api, const Visit& visit);
// Every product, for clients of the older demo.
ApiReply GetCatalog(Api& api, const Visit& visit);

ApiReply GetCart(Api& api, const Visit& visit);
// Changes answer 204: once the cart has changed, nothing can fail any more.
ApiReply PostCartItem(Api& api, const Visit& visit);
ApiReply PutCartItem(Api& api, const Visit& visit);
ApiReply DeleteCartItem(Api& api, const Visit& visit);
ApiReply DeleteCart(Api& api, const Visit& visit);

ApiReply GetCurrencies(Api& api, const Visit& visit);
ApiReply PostConvert(Api& api, const Visit& visit);
ApiReply PostQuote(Api& api, const Visit& visit);

ApiReply PostCheckout(Api& api, const Visit& visit);
// The same without the need for an Idempotency-Key, for clients of the older demo.
ApiReply PostCreateOrder(Api& api, const Visit& visit);
ApiReply GetOrders(Api& api, const Visit& visit);
ApiReply GetOrder(Api& api, const Visit& visit);

ApiReply GetOpenApi(Api& api, const Visit& visit);

using ApiFunction = ApiReply (*)(Api& api, const Visit& visit);

// Calls the function; its failure becomes a problem, and is logged if it is ours. Never fails.
ApiReply Answer(Api& api, ApiFunction function, const Visit& visit);

// ---- shared by the functions ----

// The currency in which the request wants its prices, by its parameter `currency`; empty if it does not say.
// INVALID_ARGUMENT for one that is not supported, UNAVAILABLE where that cannot be told.
rpc::Reply<std::string> CurrencyAsked(Api& api, const Visit& visit);
// The same for a code that stands in `field`.
rpc::Reply<std::string> SupportedCurrency(Api& api, const Visit& visit, std::string code, std::string field);
// A parameter that is a whole number from 0 to `most`; 0 if it is not there.
absl::StatusOr<std::int32_t> NumberAsked(const Visit& visit, absl::string_view name, std::int32_t most);
// Products with their pictures' paths and, if a currency is given, their prices in it.
rpc::Reply<v1::ProductList> Describe(Shop& shop, const Assets& assets, const Visit& visit,
                                     std::vector<pb::Product> products, std::string currency);
v1::Product ProductOf(const pb::Product& product, const Assets& assets, absl::string_view base_url);
// An order as its buyer sees it: neither user nor keys.
v1::Order OrderOf(const pb::Order& order);

}  // namespace boutique::gateway
