// SPDX-License-Identifier: Apache-2.0
// Catalogs for tests. Stateless, safe from any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/productcatalog/catalog.h"

namespace boutique::productcatalog::testing {

// One product in a catalog's JSON; the description is JSON text too.
inline std::string ProductJson(const std::string& id, const std::string& name, const std::string& description = "",
                               int units = 1, const std::string& category = "things") {
  return absl::StrCat(R"({"id":")", id, R"(","name":")", name, R"(","description":")", description,
                      R"(","picture":"/static/img/products/x.jpg","priceUsd":{"currencyCode":"USD","units":)", units,
                      R"(},"categories":[")", category, R"("]})");
}

inline std::string CatalogJson(const std::vector<std::string>& products) {
  std::string json = R"({"products":[)";
  for (std::size_t i = 0; i < products.size(); ++i) absl::StrAppend(&json, i == 0 ? "" : ",", products[i]);
  return absl::StrCat(json, "]}");
}

// A catalog with these names and descriptions, ids "0", "1", ….
inline pb::ListProductsResponse Products(const std::vector<std::pair<std::string, std::string>>& texts) {
  pb::ListProductsResponse products;
  for (const auto& [name, description] : texts) {
    pb::Product& product = *products.add_products();
    product.set_id(absl::StrCat(products.products_size() - 1));
    product.set_name(name);
    product.set_description(description);
  }
  return products;
}

}  // namespace boutique::productcatalog::testing
