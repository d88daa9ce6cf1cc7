// SPDX-License-Identifier: Apache-2.0
// What the shop sells: one state of the catalog, made of a JSON text, and where its present state is read.
// Threads: a Catalog is immutable, safe to share; a LiveCatalog is safe from any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "hipstershop/product_catalog.pb.h"
#include "services/productcatalog/product_search.h"

namespace boutique::productcatalog {

class Catalog {
 public:
  // Made of the proto3 JSON of ListProductsResponse. INVALID_ARGUMENT, in one line that names the product and the
  // field, unless it has products, each with an id of its own of 1 to 128 visible ASCII characters, a name, and a price
  // of zero or more US dollars, and none larger than 4 KiB: a thousand of them fit into one answer.
  static absl::StatusOr<std::shared_ptr<const Catalog>> Parse(absl::string_view json);

  // Every product, in the file's order.
  const pb::ListProductsResponse& products() const { return products_; }
  // The product; null if there is none with this id. The catalog owns it.
  const pb::Product* Find(absl::string_view id) const;
  // Blocks when asked: never on a loop.
  const ProductSearch& search() const { return *search_; }

  // For Parse. The products have passed its checks.
  Catalog(pb::ListProductsResponse products, std::unique_ptr<const ProductSearch> search);

 private:
  const pb::ListProductsResponse products_;
  const std::unique_ptr<const ProductSearch> search_;
  absl::flat_hash_map<absl::string_view, const pb::Product*> by_id_;
};

// The catalog as it is now. Readers keep the state that they began with.
class LiveCatalog {
 public:
  explicit LiveCatalog(std::shared_ptr<const Catalog> catalog) : catalog_(std::move(catalog)) {}

  // Never null. The lock is held for as long as it takes to count one more reader.
  std::shared_ptr<const Catalog> Current() const {
    const std::lock_guard lock(mutex_);
    return catalog_;
  }
  void Replace(std::shared_ptr<const Catalog> catalog) {
    {
      const std::lock_guard lock(mutex_);
      catalog_.swap(catalog);
    }  // The last reader of the old state frees it, outside the lock.
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Catalog> catalog_;
};

}  // namespace boutique::productcatalog
