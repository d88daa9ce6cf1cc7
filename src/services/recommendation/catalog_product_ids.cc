// SPDX-License-Identifier: Apache-2.0
#include "services/recommendation/catalog_product_ids.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"

namespace boutique::recommendation {
namespace {

ProductIdList IdsOf(const pb::ListProductsResponse& products) {
  auto ids = std::make_shared<std::vector<std::string>>();
  absl::flat_hash_set<absl::string_view> seen;
  for (const pb::Product& product : products.products()) {
    if (!product.id().empty() && seen.insert(product.id()).second) ids->push_back(product.id());
  }
  return ids;
}

}  // namespace

ProductIdList CatalogProductIds::KeptOrNull() {
  const std::lock_guard lock(mutex_);
  const auto age = now_() - kept_since_;
  const bool will_do = kept_ != nullptr && (age < kFresh || (reading_ && age < kUsable));
  if (!will_do) reading_ = true;
  return will_do ? kept_ : nullptr;
}

rpc::Reply<ProductIdList> CatalogProductIds::List(const rpc::CallContext& call) {
  ProductIdList kept = KeptOrNull();
  if (kept != nullptr) co_return kept;
  auto read = co_await Read(call);
  const std::lock_guard lock(mutex_);
  reading_ = false;
  if (read.ok()) {
    kept_ = *read;
    kept_since_ = now_();
  }
  co_return read;
}

rpc::Reply<ProductIdList> CatalogProductIds::Read(const rpc::CallContext& call) {
  const rpc::CallContext bounded = call.Within(budget_);
  const pb::Empty request;
  const auto products = co_await catalog_.Call<&pb::ProductCatalogService::Stub::AsyncListProducts>(bounded, request);
  if (products.ok()) co_return IdsOf(*products);
  // Whatever the catalog's trouble is, for the caller it is that there are no recommendations now.
  if (absl::Status late = call.Alive(); !late.ok()) co_return late;
  co_return absl::UnavailableError("the product catalog does not answer");
}

}  // namespace boutique::recommendation
