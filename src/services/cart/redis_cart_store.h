// SPDX-License-Identifier: Apache-2.0
// Carts in Redis, shared by any number of processes, and with the original cart service while that is replaced: a
// user's cart there is taken over when it is first used here.
// Threads: as CartStore.
#pragma once

#include <chrono>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "platform/storage/redis/redis_client.h"
#include "services/cart/cart_store.h"

namespace boutique::cart {

// One round trip for each operation, and two more for the one that takes over a cart. See redis_cart_scripts.h for how
// carts are stored, and redis::Client for the statuses.
class RedisCartStore final : public CartStore {
 public:
  // Forgets carts that nobody uses for `ttl`. The client outlives the store.
  RedisCartStore(redis::Client& client, std::chrono::nanoseconds ttl);

  rpc::Reply<pb::Empty> Add(const rpc::CallContext& call, const std::string& user_id,
                            const pb::CartItem& item) override;
  rpc::Reply<pb::Empty> Set(const rpc::CallContext& call, const std::string& user_id,
                            const pb::CartItem& item) override;
  rpc::Reply<pb::Cart> Get(const rpc::CallContext& call, const std::string& user_id) override;
  rpc::Reply<pb::Empty> Subtract(const rpc::CallContext& call, const pb::RemoveOrderedRequest& ordered) override;
  rpc::Reply<pb::Empty> Empty(const rpc::CallContext& call, const std::string& user_id) override;

 private:
  using Words = absl::InlinedVector<absl::string_view, 6>;

  // Runs the script on the user's carts and on a line or an order, if there is one, and makes a T of the answer; takes
  // over the original's cart first.
  template <typename T>
  rpc::Reply<T> Run(const rpc::CallContext& call, const redis::Script& script, const std::string& user_id,
                    const pb::CartItem* item = nullptr, const pb::RemoveOrderedRequest* ordered = nullptr);
  // Merges the original's cart into ours if it still has these bytes. NOT_FOUND if the bytes are no cart.
  rpc::Reply<pb::Empty> TakeOver(const rpc::CallContext& call, const std::string& key, const std::string& user_id,
                                 absl::string_view bytes);

  redis::Client& client_;
  const std::string ttl_ms_;
};

}  // namespace boutique::cart
