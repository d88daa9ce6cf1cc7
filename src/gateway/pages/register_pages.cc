// SPDX-License-Identifier: Apache-2.0
#include "gateway/pages/register_pages.h"

#include <utility>

#include "gateway/pages/pages.h"
#include "gateway/pages/shop_error_page.h"

namespace boutique::gateway {
namespace {

using PageFunction = PageReply (*)(Storefront& front, const Visit& visit);

struct Route {
  const char* method;
  const char* pattern;
  PageFunction page;
};

constexpr Route kPages[] = {
    {"GET", "/", ShowHome},
    {"GET", "/category/:name", ShowCategory},
    {"GET", "/search", ShowSearch},
    {"GET", "/product/:id", ShowProduct},
    {"GET", "/cart", ShowCart},
    {"POST", "/cart", AddToCart},
    {"POST", "/cart/update", UpdateCart},
    {"POST", "/cart/empty", EmptyCart},
    {"POST", "/cart/checkout", CheckOut},
    {"GET", "/orders", ShowOrders},
    {"GET", "/orders/pending", ShowPending},
    {"GET", "/orders/:id", ShowOrder},
    {"GET", "/orders/:id/events", StreamOrder},
    {"POST", "/setCurrency", SetCurrency},
    {"GET", "/logout", LogOut},
    {"GET", "/assistant", ShowAssistant},
};

// They answer and fail in JSON.
constexpr Route kJson[] = {
    {"GET", "/product-meta/:id", ShowProductMeta},
    {"POST", "/bot", AskAssistant},
};

VisitHandler Bind(Storefront& front, PageFunction page) {
  return [&front, page](const Visit& visit) { return page(front, visit); };
}

rpc::Reply<http::Response> AnswerFile(const Storefront& front, const http::Request& request) {
  co_return StaticFile(front, request);
}

rpc::Reply<http::Response> AnswerRobots() { co_return Robots(); }

}  // namespace

absl::Status RegisterPages(Gateway& gateway, runtime::Host& host) {
  auto made = Storefront::Make(gateway.settings(), gateway.session_rules(), gateway.clients(), host.blocking());
  if (!made.ok()) return made.status();
  Storefront& front = host.Keep(*std::move(made));
  for (const Route& route : kPages) gateway.Page(route.method, route.pattern, Bind(front, route.page));
  for (const Route& route : kJson) gateway.Api(route.method, route.pattern, Bind(front, route.page));
  gateway.Plain("GET", "/static/*path",
                [&front](const rpc::CallContext&, const http::Request& request) { return AnswerFile(front, request); });
  gateway.Plain("GET", "/robots.txt", [](const rpc::CallContext&, const http::Request&) { return AnswerRobots(); });
  gateway.SetErrorPage(&host.Own<ShopErrorPage>(front));
  return absl::OkStatus();
}

}  // namespace boutique::gateway
