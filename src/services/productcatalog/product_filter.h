// SPDX-License-Identifier: Apache-2.0
// Which products a search wants, whatever its words.
// Threads: immutable, safe to share.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "hipstershop/product_catalog.pb.h"
#include "platform/base/money.h"

namespace boutique::productcatalog {

namespace pb = ::hipstershop;

class ProductFilter {
 public:
  // Of the request's category and prices. INVALID_ARGUMENT that names the field for a category of more than 128 bytes
  // and for a price that is malformed, negative or not in US dollars. Bounds that leave nothing between them are good.
  static absl::StatusOr<ProductFilter> Of(const pb::SearchProductsRequest& search);

  bool Admits(const pb::Product& product) const;

 private:
  std::string category_;  // empty: any
  std::optional<base::Money> least_;
  std::optional<base::Money> most_;
};

}  // namespace boutique::productcatalog
