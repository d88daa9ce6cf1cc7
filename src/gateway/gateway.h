// SPDX-License-Identifier: Apache-2.0
// What surrounds every request to the shop: session, cross-site rules, security headers, error pages, access log.
// Threads: pages register before the server starts; then it is constant and safe from any loop.
#pragma once

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/clients.h"
#include "gateway/error_page.h"
#include "gateway/gateway_settings.h"
#include "gateway/visit.h"
#include "platform/http/message.h"
#include "platform/http/router.h"

namespace boutique::gateway {

class RateLimit;

class Gateway {
 public:
  // What is given outlives the gateway.
  Gateway(const GatewaySettings& settings, Clients clients, http::Router& router);
  ~Gateway();

  // ---- for pages and API, before the start ----

  // A page: errors are pages of the shop. An unsafe method's body is parsed as a form, which must carry csrf_token if a
  // browser sent it. `pattern` is without BASE_URL.
  void Page(absl::string_view method, absl::string_view pattern, VisitHandler handler);
  // The JSON API: errors are application/problem+json; an unsafe method with a body takes application/json only (415),
  // of which the visit's request.body is the text; the session may come as bearer; no form token.
  void Api(absl::string_view method, absl::string_view pattern, VisitHandler handler);
  // Neither session, nor cookies, nor form rules: files and probes.
  void Plain(absl::string_view method, absl::string_view pattern, http::Handler handler);

  // Renders failed requests; plain text until it is set. Outlives the gateway.
  void SetErrorPage(const ErrorPage* page) { error_page_ = page; }

  const GatewaySettings& settings() const { return settings_; }
  const Clients& clients() const { return clients_; }
  const SessionRules& session_rules() const { return session_rules_; }

  // ---- for handlers ----

  // The error page for a visit, for handlers that know more than a status says.
  http::Response Error(const Visit& visit, ErrorView view) const;
  // An API error: application/problem+json with title, status, detail (safe to show) and the request's id.
  static http::Response Problem(int status, absl::string_view detail, absl::string_view request_id);

  // ---- for the server ----

  // The answer to a request that never reached a handler (400, 404, 405, 413, 431, 503) or whose handler failed.
  http::Response Refuse(const http::Request& request, int status) const;

 private:
  enum class Kind { kPage, kApi };
  rpc::Reply<http::Response> Serve(const rpc::CallContext& call, const http::Request& request, Kind kind,
                                   const VisitHandler& handler) const;

  const GatewaySettings& settings_;
  const Clients clients_;
  const SessionRules session_rules_;
  http::Router& router_;
  const ErrorPage* error_page_ = nullptr;
  std::unique_ptr<RateLimit> rate_limit_;
};

// Implemented in gateway/pages/ and gateway/api/: they add their routes, and keep what they need in `owner`'s host.
// The pages also call SetErrorPage.
//   void RegisterPages(Gateway& gateway, runtime::Host& host);   gateway/pages/register_pages.h
//   void RegisterApi(Gateway& gateway, runtime::Host& host);     gateway/api/register_api.h

}  // namespace boutique::gateway
