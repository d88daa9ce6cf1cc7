// SPDX-License-Identifier: Apache-2.0
// Where recommendations learn what the shop sells: a port.
// Threads: implementations are safe from any loop.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/rpc/call_context.h"

namespace boutique::recommendation {

// Shared, because a list serves many requests; never changed once made.
using ProductIdList = std::shared_ptr<const std::vector<std::string>>;

class ProductIds {
 public:
  virtual ~ProductIds() = default;
  // The ids of all products, each once; never null. UNAVAILABLE if they cannot be had; DEADLINE_EXCEEDED or CANCELLED
  // of the request. `call` outlives the task.
  virtual rpc::Reply<ProductIdList> List(const rpc::CallContext& call) = 0;
};

}  // namespace boutique::recommendation
