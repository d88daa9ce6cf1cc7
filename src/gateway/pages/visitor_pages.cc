// SPDX-License-Identifier: Apache-2.0
// The visitor's currency and session.
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "gateway/pages/pages.h"
#include "gateway/wrong_input.h"
#include "platform/base/iso4217.h"
#include "platform/http/conditional.h"
#include "platform/http/cookies.h"

namespace boutique::gateway {
namespace {

// The page of this shop that a form was on, by the Referer header: a path that may be asked for again. The shop's front
// page if the header does not say, or names another origin.
std::string PageBefore(const Visit& visit) {
  const std::string home = visit.Url("/");
  absl::string_view referer = visit.request.HeaderOf("referer");
  if (!absl::ConsumePrefix(&referer, "http://") && !absl::ConsumePrefix(&referer, "https://")) return home;
  const absl::string_view host = visit.request.HeaderOf("host");
  if (host.empty() || !absl::ConsumePrefix(&referer, host) || !http::IsLocalPath(referer)) return home;
  const std::string cart = visit.Url("/cart");
  // What the cart's forms answer stands at their own addresses, which only take forms.
  if (absl::StartsWith(referer, cart + "/")) return cart;
  const bool is_form = absl::StartsWith(referer, visit.Url("/setCurrency"));
  return absl::StartsWith(referer, home) && !is_form ? std::string(referer) : home;
}

}  // namespace

PageReply SetCurrency(Storefront& front, const Visit& visit) {
  const std::string code(visit.Field("currency_code"));
  if (!base::IsIso4217(code)) co_return WrongInput("Choose one of the currencies in the list.");
  http::Response response = http::SeeOther(PageBefore(visit));
  response.Add("Set-Cookie", CurrencyCookie(code, visit.request, front.session_rules()));
  co_return response;
}

PageReply LogOut(Storefront& front, const Visit& visit) {
  const SessionRules& rules = front.session_rules();
  http::Response response = http::SeeOther(visit.Url("/"));
  std::set<std::string> names;
  for (const auto& [name, value] : http::ParseCookies(visit.request.HeaderOf("cookie"))) {
    names.insert(std::string(name));
  }
  for (const std::string& name : names) {
    if (name != kSessionCookie) response.Add("Set-Cookie", RemoveCookie(name, rules.path, visit.request));
  }
  // The public shop sets its cookies without a path: a browser that came by a product's page keeps a copy there.
  for (const char* const folder : {"/product", "/cart"}) {
    for (const absl::string_view name : {kSessionCookie, kCurrencyCookie}) {
      response.Add("Set-Cookie", RemoveCookie(name, visit.Url(folder), visit.request));
    }
  }
  response.Add("Set-Cookie", SessionCookie(NewSession(rules), visit.request, rules));
  co_return response;
}

}  // namespace boutique::gateway
