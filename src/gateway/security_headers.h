// SPDX-License-Identifier: Apache-2.0
// What every answer tells a browser not to do. Pure; safe from any thread.
#pragma once

#include "platform/http/message.h"

namespace boutique::gateway {

// Adds the headers that are not there yet: a strict Content-Security-Policy (nothing from elsewhere, nothing inline, no
// frames), nosniff, Referrer-Policy same-origin, a Permissions-Policy without permissions, and isolation from other
// origins.
void AddSecurityHeaders(http::Response* response);

}  // namespace boutique::gateway
