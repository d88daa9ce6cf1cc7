// SPDX-License-Identifier: Apache-2.0
// Answers AdService calls from one table of ads.
// Threads: immutable, safe from any loop.
#pragma once

#include <cstddef>
#include <functional>

#include "hipstershop/ad.grpc.pb.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/server.h"
#include "services/ad/ads.h"

namespace boutique::ad {

// Draws one of the numbers from 0 to count - 1, on the call's loop.
using Draw = std::function<std::size_t(const rpc::CallContext& call, std::size_t count)>;

// With the loop's own generator.
std::size_t DrawEvenly(const rpc::CallContext& call, std::size_t count);

// The methods' contract is that of protos/hipstershop/ad.proto.
class AdService {
 public:
  explicit AdService(Ads ads, Draw draw = DrawEvenly) : ads_(std::move(ads)), draw_(std::move(draw)) {}

  rpc::Reply<pb::AdResponse> GetAds(const rpc::CallContext& call, const pb::AdRequest& request);

  // Before the server starts; the service outlives it.
  void RegisterWith(rpc::Server& server);

 private:
  const Ads ads_;
  const Draw draw_;
};

}  // namespace boutique::ad
