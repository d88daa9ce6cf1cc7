// SPDX-License-Identifier: Apache-2.0
// The API's routes. Threads: before the server starts.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "gateway/api/api.h"
#include "gateway/gateway.h"
#include "platform/runtime/host.h"

namespace boutique::gateway {

struct ApiRoute {
  const char* method;
  const char* pattern;  // without the base URL
  ApiFunction function;
};

// Every route of the API and of the older demo's clients.
const std::vector<ApiRoute>& ApiRoutes();

// Adds them; what is given outlives the server.
void AddApiRoutes(Gateway& gateway, Api& api);
// The same with an Api that belongs to the host.
void RegisterApi(Gateway& gateway, runtime::Host& host);

}  // namespace boutique::gateway
