// SPDX-License-Identifier: Apache-2.0
// Product ids from ProductCatalogService, kept for a few seconds.
// Threads: safe from any loop.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <utility>

#include "hipstershop/product_catalog.grpc.pb.h"
#include "platform/rpc/client.h"
#include "services/recommendation/product_ids.h"

namespace boutique::recommendation {

namespace pb = ::hipstershop;

// A page shows recommendations, so without this every page would make the catalog list itself once more. The trade: a
// product that has just been added is not recommended for a few seconds, and one that has just been removed may be; the
// page then leaves it out, because it asks the catalog for each product that it shows.
class CatalogProductIds final : public ProductIds {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  // A list is good for kFresh. After that the next request reads a new one, while others still answer from the old one,
  // up to kUsable. A catalog that fails is not papered over with an old list.
  static constexpr auto kFresh = std::chrono::seconds(5);
  static constexpr auto kUsable = std::chrono::seconds(10);
  // What the catalog gets to answer, of the time that the request has left.
  static constexpr auto kBudget = std::chrono::seconds(2);

  // `catalog` outlives this and is connected before the first call.
  explicit CatalogProductIds(rpc::Client<pb::ProductCatalogService>& catalog,
                             Now now = std::chrono::steady_clock::now, std::chrono::nanoseconds budget = kBudget)
      : catalog_(catalog), now_(std::move(now)), budget_(budget) {}

  rpc::Reply<ProductIdList> List(const rpc::CallContext& call) override;

 private:
  // The list if it will do for this request; otherwise null, and the caller reads a new one.
  ProductIdList KeptOrNull();
  rpc::Reply<ProductIdList> Read(const rpc::CallContext& call);

  rpc::Client<pb::ProductCatalogService>& catalog_;
  const Now now_;
  const std::chrono::nanoseconds budget_;
  std::mutex mutex_;
  ProductIdList kept_;
  std::chrono::steady_clock::time_point kept_since_;
  bool reading_ = false;
};

}  // namespace boutique::recommendation
