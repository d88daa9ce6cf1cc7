// SPDX-License-Identifier: Apache-2.0
// The catalog that is built into the program: this folder's products.json. Immutable, safe from any thread.
#pragma once

#include "absl/strings/string_view.h"

namespace boutique::productcatalog {

extern const absl::string_view kDefaultProducts;

}  // namespace boutique::productcatalog
