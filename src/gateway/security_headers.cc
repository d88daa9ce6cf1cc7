// SPDX-License-Identifier: Apache-2.0
#include "gateway/security_headers.h"

namespace boutique::gateway {
namespace {

struct Policy {
  const char* name;
  const char* value;
};

constexpr Policy kPolicies[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
     "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    // Not no-referrer: with that, browsers say Origin: null for the shop's own forms.
    {"Referrer-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};

}  // namespace

void AddSecurityHeaders(http::Response* response) {
  for (const Policy& policy : kPolicies) {
    if (response->HeaderOf(policy.name).empty()) response->headers.emplace_back(policy.name, policy.value);
  }
}

}  // namespace boutique::gateway
