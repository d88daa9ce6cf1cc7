// SPDX-License-Identifier: Apache-2.0
#include "gateway/gateway_settings.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "platform/http/conditional.h"

namespace boutique::gateway {
namespace {

absl::Status CheckBaseUrl(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '/' || c == '-' || c == '_' || c == '.' || c == '~';
  });
  if (text.empty() || (http::IsLocalPath(text) && plain && !absl::StrContains(text, "//") &&
                       !absl::StrContains(text, "/."))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("'", text, "' is no path such as /online-boutique, of letters, digits and - _ . ~"));
}

bool IsPlatform(absl::string_view text) {
  static constexpr std::array<absl::string_view, 6> kKnown = {"local", "gcp", "azure", "aws", "onprem", "alibaba"};
  return std::find(kKnown.begin(), kKnown.end(), text) != kKnown.end();
}

absl::Status CheckWebAddress(const std::string& text) {
  if (absl::StartsWith(text, "http://") || absl::StartsWith(text, "https://")) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' begins with neither http:// nor https://"));
}

}  // namespace

GatewaySettings::GatewaySettings(runtime::Settings& settings) {
  settings.Integer("PORT", &port, 0, 65535, "port of the shop; 0 takes any free one");
  settings.Text("BASE_URL", &base_url, "path that every address of the shop begins with, as /online-boutique",
                CheckBaseUrl);
  settings.Text("ENV_PLATFORM", &platform,
                "where the shop runs, shown on its pages: gcp, azure, aws, onprem or alibaba; anything else is local");
  settings.Flag("CYMBAL_BRANDING", &cymbal_branding, "the shop calls itself Cymbal Shops");
  settings.Text("FRONTEND_MESSAGE", &message, "text of a banner on every page");
  settings.Flag("ENABLE_ASSISTANT", &enable_assistant, "show the link to the shopping assistant");
  settings.Text("SHOPPING_ASSISTANT_SERVICE_ADDR", &assistant_address, "host:port of the shopping assistant, if any");
  settings.Flag("ENABLE_SINGLE_SHARED_SESSION", &single_shared_session, "all visitors share one session");
  settings.Text("PACKAGING_SERVICE_URL", &packaging_service_url,
                "address of a service that knows products' weights and sizes, if any", CheckWebAddress);
  settings.Secret("BASIC_AUTH", &basic_auth,
                  "who may see the shop, by Basic authentication: user:hash, one or several, the hash as openssl passwd -6 "
                  "makes it; without it everybody");
  settings.Integer("RATE_LIMIT", &rate_limit, 0, 1000000,
                   "requests a second of one visitor, twice as many at once, and ten times that from one address; 0 for "
                   "no limit");
  settings.Duration("REQUEST_TIMEOUT", &request_timeout, std::chrono::milliseconds(100), std::chrono::minutes(5),
                    "time that the services get for one page");
  settings.Duration("CART_TTL", &cart_lifetime, std::chrono::minutes(1), std::chrono::hours(24 * 3650),
                    "how long a cart, and the session that it belongs to, outlives its last use");
  settings.Integer("MAX_REQUESTS", &most_requests, 1, 1000000, "requests served at once; more are told to come back");
}

void GatewaySettings::Normalize() {
  while (!base_url.empty() && base_url.back() == '/') base_url.pop_back();
  message = std::string(absl::StripAsciiWhitespace(message));
  // As the public shop does: a name that it does not know keeps nobody from shopping.
  if (!platform.empty() && !IsPlatform(platform)) platform = "local";
}

}  // namespace boutique::gateway
