// SPDX-License-Identifier: Apache-2.0
// Puts the shop's pages into the gateway.
// Threads: once, before the server starts.
#pragma once

#include "absl/status/status.h"
#include "gateway/gateway.h"
#include "platform/runtime/host.h"

namespace boutique::gateway {

// Adds the routes of the pages and sets the error page; `host` owns what they need. INTERNAL if a template is wrong.
absl::Status RegisterPages(Gateway& gateway, runtime::Host& host);

}  // namespace boutique::gateway
