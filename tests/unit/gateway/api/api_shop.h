// SPDX-License-Identifier: Apache-2.0
// The API in front of a shop of fakes, as a client sees it: a request goes through router and gateway, and each answer
// is held against the OpenAPI document.
// Threads: belongs to the test's.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "gateway/api/api.h"
#include "gateway/api/register_api.h"
#include "gateway/gateway.h"
#include "platform/http/router.h"
#include "unit/gateway/storefront/fake_shop.h"

namespace boutique::gateway {

inline constexpr char kAda[] = "2f1e1e76-5a0b-4f7e-9c1d-0123456789ab";
inline constexpr char kBob[] = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
inline constexpr char kKey[] = "0123456789abcdef";

// An answer whose body has been read.
struct Reply {
  int status = 0;
  std::string type;  // the media type
  nlohmann::json body;
  std::string text;  // the body as it came
  http::Response response;
  std::string Problem() const;  // "payment-declined", "about:blank"
  std::string Faults() const;   // "quantity: is required; …"
};

struct ApiShop : FakeShop {
  explicit ApiShop(Connected connected = {}, GatewaySettings chosen = {});

  // As the session of Ada, whose cookie it carries unless `headers` has a cookie or an authorization.
  Reply Send(const std::string& method, const std::string& target, const std::string& body = "",
             std::vector<http::Header> headers = {});
  Reply Get(const std::string& target) { return Send("GET", target); }
  Reply Post(const std::string& target, const std::string& body) { return Send("POST", target, body); }

  const GatewaySettings settings;
  http::Router router;
  Gateway gateway;
  Api api;
  const nlohmann::json document;

 private:
  http::Response Route(http::Request* request);
  // Fails the test unless the document describes the answer to this request.
  void CheckAgainstDocument(const http::Request& request, const Reply& reply) const;
};

// "/cart/items/:product_id" as OpenAPI writes it, "/cart/items/{product_id}".
std::string TemplateOf(const std::string& pattern);

}  // namespace boutique::gateway
