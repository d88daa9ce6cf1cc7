// SPDX-License-Identifier: Apache-2.0
// Answers ProductCatalogService calls from the live catalog.
// Threads: safe from any loop.
#pragma once

#include <chrono>
#include <memory>

#include "hipstershop/product_catalog.grpc.pb.h"
#include "platform/rpc/blocking_pool.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/server.h"
#include "services/productcatalog/catalog.h"
#include "services/productcatalog/stored_catalog.h"

namespace boutique::productcatalog {

// The methods' contract is that of protos/hipstershop/product_catalog.proto. Each call works on the catalog as it was
// when the call looked first; what it answers whole belongs to that catalog and is not copied.
class ProductCatalogService {
 public:
  // Searches by `stored`, if there is one, and on `pool` without it or where it cannot; every call first sleeps for
  // `extra_latency`. What is referred to outlives the service.
  ProductCatalogService(const LiveCatalog& live, rpc::BlockingPool& pool,
                        std::chrono::nanoseconds extra_latency = std::chrono::nanoseconds(0),
                        StoredCatalog* stored = nullptr)
      : live_(live), pool_(pool), extra_latency_(extra_latency), stored_(stored) {}

  rpc::Reply<std::shared_ptr<const pb::ListProductsResponse>> ListProducts(const rpc::CallContext& call,
                                                                           const pb::Empty& request);
  rpc::Reply<std::shared_ptr<const pb::Product>> GetProduct(const rpc::CallContext& call,
                                                            const pb::GetProductRequest& request);
  rpc::Reply<pb::SearchProductsResponse> SearchProducts(const rpc::CallContext& call,
                                                        const pb::SearchProductsRequest& request);
  rpc::Reply<pb::GetProductsResponse> GetProducts(const rpc::CallContext& call, const pb::GetProductsRequest& request);

  // Before the server starts; the service outlives it.
  void RegisterWith(rpc::Server& server);

 private:
  bool IsSlowed() const { return extra_latency_.count() > 0; }
  coro::Task<absl::Status> ExtraLatency(const rpc::CallContext& call) const;
  rpc::Reply<ProductSearch::Found> Find(const rpc::CallContext& call, std::shared_ptr<const Catalog> catalog,
                                        std::string query);

  const LiveCatalog& live_;
  rpc::BlockingPool& pool_;
  const std::chrono::nanoseconds extra_latency_;
  StoredCatalog* const stored_;  // null: there is none
};

}  // namespace boutique::productcatalog
