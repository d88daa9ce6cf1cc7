// SPDX-License-Identifier: Apache-2.0
// One request to the shop, as the code of a page or of the API sees it.
// Lives in the gateway's frame while the handler runs: handlers take it by reference, on its loop.
#pragma once

#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/session.h"
#include "platform/http/forms.h"
#include "platform/http/message.h"
#include "platform/rpc/call_context.h"

namespace boutique::gateway {

struct GatewaySettings;

struct Visit {
  const http::Request& request;
  const rpc::CallContext& call;
  const GatewaySettings& settings;
  std::string base;        // BASE_URL without a slash at its end, or empty: begins every link
  Session session;         // session.id is the user id of every call; show session.hash only
  std::string currency;    // of the cookie shop_currency: three capital letters, not necessarily a known code; or USD
  std::string csrf;        // the form token of this response, for the field csrf_token
  std::string request_id;  // for footers and error pages
  http::Form form;         // the fields of query and, for POST, body; checked for form and token already
  bool wants_json = false;  // Accept prefers application/json to text/html

  // BASE_URL + path.
  std::string Url(absl::string_view path) const { return base + std::string(path); }
  // A form's field, or a query's.
  absl::string_view Field(absl::string_view name) const { return form.Get(name); }
};

// Answers a visit. An error status becomes an error page, or problem+json: NOT_FOUND is 404, INVALID_ARGUMENT 422 on
// pages and 400 in the API, UNAVAILABLE and RESOURCE_EXHAUSTED 503 with Retry-After, and so on; no page shows its
// message but that of WrongInput. May be a coroutine: the visit outlives it.
using VisitHandler = std::function<rpc::Reply<http::Response>(const Visit& visit)>;

}  // namespace boutique::gateway
