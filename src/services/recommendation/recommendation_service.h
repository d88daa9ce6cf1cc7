// SPDX-License-Identifier: Apache-2.0
// Answers RecommendationService calls: a random choice of the products that the shopper does not look at already.
// Threads: safe from any loop.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>

#include "hipstershop/recommendation.grpc.pb.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/server.h"
#include "services/recommendation/product_ids.h"

namespace boutique::recommendation {

namespace pb = ::hipstershop;

// Draws one of the numbers from 0 to count - 1, on the call's loop.
using Draw = std::function<std::size_t(const rpc::CallContext& call, std::size_t count)>;

// With the loop's own generator.
std::size_t DrawEvenly(const rpc::CallContext& call, std::size_t count);

// The methods' contract is that of protos/hipstershop/recommendation.proto.
class RecommendationService {
 public:
  // `products` outlives the service.
  explicit RecommendationService(ProductIds& products, Draw draw = DrawEvenly)
      : products_(products), draw_(std::move(draw)) {}

  rpc::Reply<pb::ListRecommendationsResponse> ListRecommendations(const rpc::CallContext& call,
                                                                  const pb::ListRecommendationsRequest& request);

  // Before the server starts; the service outlives it.
  void RegisterWith(rpc::Server& server);

 private:
  ProductIds& products_;
  const Draw draw_;
};

}  // namespace boutique::recommendation
