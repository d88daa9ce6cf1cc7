// SPDX-License-Identifier: Apache-2.0
// Ranked search of a catalog's names and descriptions.
// Threads: immutable; safe from any thread that may block, never on a loop.
#pragma once

#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "hipstershop/product_catalog.pb.h"
#include "services/productcatalog/text_index.h"

namespace boutique::productcatalog {

namespace pb = ::hipstershop;

class ProductSearch {
 public:
  // Products by their places in the catalog.
  struct Found {
    std::vector<int> numbers;
    bool corrected = false;  // these do not hold the query, but differ from it by one typing error
  };

  // INVALID_ARGUMENT if a name or description is not UTF-8, INTERNAL if the index cannot be made.
  static absl::StatusOr<std::unique_ptr<const ProductSearch>> Build(const pb::ListProductsResponse& products);

  // What the query, a search form of at least one character, finds; the first of these that finds anything:
  // - the products whose name or description holds the query;
  // - those that hold each of its words somewhere;
  // - those that hold each of its words but one, and a word that differs from that one by one typing error.
  // Best first: the very name, then words of the name that begin with the query's, then other words that do and names
  // that hold them, then the rest; within these by BM25; then in the catalog's order. INTERNAL if the index fails.
  // Blocks.
  absl::StatusOr<Found> Find(absl::string_view query) const;

  // The same by another index of the same texts: `holding` does what TextIndex::Holding does.
  using Holding = absl::FunctionRef<absl::StatusOr<std::vector<TextIndex::Hit>>(absl::string_view part)>;
  absl::StatusOr<Found> FindBy(absl::string_view query, Holding holding) const;

  const std::vector<TextIndex::Text>& texts() const { return index_->texts(); }

  explicit ProductSearch(std::unique_ptr<const TextIndex> index) : index_(std::move(index)) {}

 private:
  const std::unique_ptr<const TextIndex> index_;
};

}  // namespace boutique::productcatalog
