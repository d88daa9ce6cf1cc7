// SPDX-License-Identifier: Apache-2.0
// The description of the API, linked into the program: this folder's openapi.json. Stateless, safe from any thread.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace boutique::gateway {

// The OpenAPI 3.1 document for a shop whose routes are below `base_url`, which may be empty.
std::string OpenApiDocument(absl::string_view base_url);

}  // namespace boutique::gateway
