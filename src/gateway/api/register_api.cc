// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/register_api.h"

namespace boutique::gateway {

const std::vector<ApiRoute>& ApiRoutes() {
  static const std::vector<ApiRoute> routes = {
      {"GET", "/api/v1/openapi.json", GetOpenApi},
      {"GET", "/api/v1/products", GetProducts},
      {"GET", "/api/v1/products/:id", GetProduct},
      {"GET", "/api/v1/cart", GetCart},
      {"DELETE", "/api/v1/cart", DeleteCart},
      {"POST", "/api/v1/cart/items", PostCartItem},
      {"PUT", "/api/v1/cart/items/:product_id", PutCartItem},
      {"DELETE", "/api/v1/cart/items/:product_id", DeleteCartItem},
      {"GET", "/api/v1/currencies", GetCurrencies},
      {"POST", "/api/v1/convert", PostConvert},
      {"POST", "/api/v1/quote", PostQuote},
      {"POST", "/api/v1/checkout", PostCheckout},
      {"GET", "/api/v1/orders", GetOrders},
      {"GET", "/api/v1/orders/:id", GetOrder},
      // Of the older demo.
      {"GET", "/catalog", GetCatalog},
      {"POST", "/create-order", PostCreateOrder},
  };
  return routes;
}

void AddApiRoutes(Gateway& gateway, Api& api) {
  for (const ApiRoute& route : ApiRoutes()) {
    gateway.Api(route.method, route.pattern,
                [&api, function = route.function](const Visit& visit) { return Answer(api, function, visit); });
  }
}

void RegisterApi(Gateway& gateway, runtime::Host& host) {
  AddApiRoutes(gateway, host.Own<Api>(gateway.settings(), gateway.clients()));
}

}  // namespace boutique::gateway
