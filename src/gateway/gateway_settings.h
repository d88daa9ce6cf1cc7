// SPDX-License-Identifier: Apache-2.0
// The storefront's options: those of the original's frontend, and ours.
// Threads: read at start; then constant.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "platform/runtime/settings.h"

namespace boutique::gateway {

struct GatewaySettings {
  // Declares the options; values are set when the settings have been parsed.
  explicit GatewaySettings(runtime::Settings& settings);
  // For tests: the defaults, without options.
  GatewaySettings() = default;
  // Brings what was read into the form that is said below. Once, after parsing.
  void Normalize();

  std::int64_t port = 8080;               // PORT
  std::string base_url;                   // BASE_URL: empty, or a path without a slash at its end
  std::string platform;                   // ENV_PLATFORM: local, gcp, azure, aws, onprem, alibaba; empty: not set
  bool cymbal_branding = false;           // CYMBAL_BRANDING
  std::string message;                    // FRONTEND_MESSAGE, trimmed: a banner on every page
  bool enable_assistant = false;          // ENABLE_ASSISTANT: the link to it
  bool single_shared_session = false;     // ENABLE_SINGLE_SHARED_SESSION
  std::string packaging_service_url;      // PACKAGING_SERVICE_URL
  std::string assistant_address;          // SHOPPING_ASSISTANT_SERVICE_ADDR, host:port; empty: there is none
  std::string basic_auth;                 // BASIC_AUTH: user:hash, separated by white space; empty: everybody may come
  std::int64_t rate_limit = 0;            // RATE_LIMIT: requests a second of one session; 0: no limit
  std::chrono::nanoseconds request_timeout = std::chrono::seconds(10);  // REQUEST_TIMEOUT
  std::chrono::nanoseconds cart_lifetime = std::chrono::hours(24 * 30);  // CART_TTL: the session's cookie lives as long
  std::int64_t most_requests = 1024;      // MAX_REQUESTS at once; more get 503
  std::string version;                    // of the program

  // "Online Boutique" or "Cymbal Shops".
  const char* ShopName() const { return cymbal_branding ? "Cymbal Shops" : "Online Boutique"; }
};

}  // namespace boutique::gateway
