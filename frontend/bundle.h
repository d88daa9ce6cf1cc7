// SPDX-License-Identifier: Apache-2.0
// The storefront's files as they are linked into the program. Constant, safe from any thread.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"

namespace boutique::frontend {

// A static file. Every view lives as long as the process.
struct Asset {
  absl::string_view name;    // its path under frontend/static: "styles/shop.css"
  absl::string_view hashed;  // the same with a digest of its content: "styles/shop.0f1e2d3c4b.css"
  absl::string_view digest;  // what `hashed` carries, for entity tags
  absl::string_view type;    // its media type
  absl::string_view bytes;
  absl::string_view gzip;    // empty where it would not be smaller
  absl::string_view brotli;  // empty where it would not be smaller
};

// A page's template or a part of one, with comments and indentation taken out.
struct Template {
  absl::string_view name;  // "product.tpl"
  absl::string_view text;
};

// In the order of their names.
const std::vector<Asset>& Assets();
const std::vector<Template>& Templates();

}  // namespace boutique::frontend
