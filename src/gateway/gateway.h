// SPDX-License-Identifier: Apache-2.0
// What surrounds every request to the shop: who may come, session, cross-site rules, security headers, error pages,
// access log.
// Threads: pages register before the server starts; then it is constant and safe from any loop.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/basic_auth.h"
#include "gateway/clients.h"
#include "gateway/error_page.h"
#include "gateway/gateway_settings.h"
#include "gateway/rate_limit.h"
#include "gateway/visit.h"
#include "platform/http/gzip.h"
#include "platform/http/message.h"
#include "platform/http/router.h"

namespace boutique::gateway {

class Gateway {
 public:
  // What is given outlives the gateway.
  Gateway(const GatewaySettings& settings, Clients clients, http::Router& router);
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // ---- for pages and API, before the start ----

  // A page: errors are pages of the shop. An unsafe method's body is parsed as a form, which must carry csrf_token if a
  // browser sent it. `pattern` is without BASE_URL.
  void Page(absl::string_view method, absl::string_view pattern, VisitHandler handler);
  // The JSON API: errors are application/problem+json; an unsafe method with a body takes application/json only (415),
  // of which the visit's request.body is the text; the session may come as bearer (401 for what is none); no form token.
  void Api(absl::string_view method, absl::string_view pattern, VisitHandler handler);
  // Neither session, nor cookies, nor form rules: files and probes.
  void Plain(absl::string_view method, absl::string_view pattern, http::Handler handler);

  // Renders failed requests; plain text until it is set. Outlives the gateway.
  void SetErrorPage(const ErrorPage* page) { error_page_ = page; }

  // Everything but what IsOpenToAnybody says needs a user and password from then on. Outlives the gateway's requests.
  void SetBasicAuth(BasicAuth* basic_auth) { basic_auth_ = basic_auth; }

  const GatewaySettings& settings() const { return settings_; }
  const Clients& clients() const { return clients_; }
  const SessionRules& session_rules() const { return session_rules_; }

  // ---- for handlers ----

  // The error page for a visit, for handlers that know more than a status says.
  http::Response Error(const Visit& visit, ErrorView view) const;

  // ---- for the server ----

  bool has_guard() const { return basic_auth_ != nullptr; }
  // What a request is answered that may not come in: 401, 429 after many failures, 503 when too many wait. One that may
  // goes on without its Authorization. With a guard only; on the call's loop.
  rpc::Reply<std::optional<http::Response>> Guard(const rpc::CallContext& call, http::Request& request) const;
  // The answer to a request that never reached a handler (400, 404, 405, 413, 431, 503). From any thread.
  http::Response Refuse(const http::Request& request, int status) const;

 private:
  enum class Kind { kPage, kApi };
  // Why a visit is refused before its handler.
  struct Refusal {
    int status = 0;  // 0: it is not
    std::string reason;
  };

  rpc::Reply<http::Response> Serve(const rpc::CallContext& call, const http::Request& request, Kind kind,
                                   const VisitHandler& handler) const;
  rpc::Reply<http::Response> ServePlain(const rpc::CallContext& call, const http::Request& request,
                                        const http::Handler& handler) const;
  Refusal Check(Kind kind, Visit* visit) const;
  Refusal CheckPage(Visit* visit, bool is_browser) const;
  Refusal CheckApi(const Visit& visit) const;
  http::Response Failed(const Visit& visit, Kind kind, int status, std::string reason) const;
  http::Response Failed(const Visit& visit, Kind kind, const absl::Status& status) const;
  http::Response RenderError(const ErrorView& view) const;
  void Finish(const Visit& visit, Kind kind, http::Response* response) const;
  void KeepFromStrangers(const http::Request& request, http::Response* response) const;
  void Compress(const http::Request& request, http::Response* response) const;

  const GatewaySettings& settings_;
  const Clients clients_;
  const SessionRules session_rules_;
  http::Router& router_;
  const ErrorPage* error_page_ = nullptr;
  BasicAuth* basic_auth_ = nullptr;
  mutable RateLimit rate_limit_;     // of a session, or of an address without one
  mutable RateLimit address_limit_;  // of all sessions of an address
  mutable http::Gzip gzip_;
};

}  // namespace boutique::gateway
