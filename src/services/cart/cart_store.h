// SPDX-License-Identifier: Apache-2.0
// Where carts are kept.
// Threads: safe from any loop; outlives its requests. Each operation is atomic: concurrent ones on one cart add up.
#pragma once

#include <chrono>
#include <string>

#include "hipstershop/cart.pb.h"
#include "platform/rpc/call_context.h"

namespace boutique::cart {

namespace pb = ::hipstershop;

inline constexpr int kMostOfOne = 1000;  // of one product
inline constexpr int kMostLines = 500;   // of one cart
inline constexpr std::chrono::hours kOrderMemory{24 * 30};

// Every use of a cart renews its life; one that nobody uses for CART_TTL is forgotten. What the arguments refer to
// belongs to the caller, who awaits the reply. UNAVAILABLE while the place where carts are kept is away.
class CartStore {
 public:
  virtual ~CartStore() = default;

  // Adds the item's quantity (1 to kMostOfOne) to its line, or appends a line. TooManyOfOne or TooManyLines, and no
  // change, beyond the bounds.
  virtual rpc::Reply<pb::Empty> Add(const rpc::CallContext& call, const std::string& user_id,
                                    const pb::CartItem& item) = 0;
  // Sets the line's quantity (0 to kMostOfOne), or appends a line; 0 removes it. TooManyLines beyond the bound.
  virtual rpc::Reply<pb::Empty> Set(const rpc::CallContext& call, const std::string& user_id,
                                    const pb::CartItem& item) = 0;
  // The lines in the order in which they were first added. An unknown user's cart is empty, without user_id.
  virtual rpc::Reply<pb::Cart> Get(const rpc::CallContext& call, const std::string& user_id) = 0;
  // Subtracts the quantities from the lines and removes those of which nothing is left, unless that was done for the
  // same order in the last kOrderMemory. OK for an unknown user.
  virtual rpc::Reply<pb::Empty> Subtract(const rpc::CallContext& call, const pb::RemoveOrderedRequest& ordered) = 0;
  // Forgets the user's cart. OK for an unknown one.
  virtual rpc::Reply<pb::Empty> Empty(const rpc::CallContext& call, const std::string& user_id) = 0;
};

// OUT_OF_RANGE: the line would have more than kMostOfOne.
absl::Status TooManyOfOne();
// RESOURCE_EXHAUSTED: the cart would have more than kMostLines.
absl::Status TooManyLines();

}  // namespace boutique::cart
