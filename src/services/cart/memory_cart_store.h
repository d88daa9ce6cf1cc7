// SPDX-License-Identifier: Apache-2.0
// Carts in this process's memory, gone with it.
// Threads: as CartStore; no lock is held across a suspension.
#pragma once

#include <array>
#include <chrono>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "platform/base/clock.h"
#include "services/cart/cart_store.h"

namespace boutique::cart {

class MemoryCartStore final : public CartStore {
 public:
  // Forgets carts that nobody uses for `ttl`. `clock` outlives the store.
  explicit MemoryCartStore(std::chrono::nanoseconds ttl, const base::Clock& clock = base::SystemClock::Instance());

  rpc::Reply<pb::Empty> Add(const rpc::CallContext& call, const std::string& user_id,
                            const pb::CartItem& item) override;
  rpc::Reply<pb::Empty> Set(const rpc::CallContext& call, const std::string& user_id,
                            const pb::CartItem& item) override;
  rpc::Reply<pb::Cart> Get(const rpc::CallContext& call, const std::string& user_id) override;
  rpc::Reply<pb::Empty> Subtract(const rpc::CallContext& call, const pb::RemoveOrderedRequest& ordered) override;
  rpc::Reply<pb::Empty> Empty(const rpc::CallContext& call, const std::string& user_id) override;

 private:
  struct Kept {
    pb::Cart cart;
    std::int64_t used_at_ms = 0;
  };
  // Carts are spread over locks by their owner, so that loops seldom meet at one.
  struct Shard {
    std::mutex mutex;
    absl::flat_hash_map<std::string, Kept> carts;
    absl::flat_hash_map<std::string, std::int64_t> subtracted_at_ms;  // by order
    std::size_t sweep_at = 64;  // so many carts or orders, and the forgotten ones are looked for
  };

  Shard& ShardOf(const std::string& user_id);
  // Both with the shard's lock held. The user's cart, if it is not forgotten; a new one otherwise.
  Kept* Find(Shard& shard, const std::string& user_id);
  Kept& FindOrMake(Shard& shard, const std::string& user_id);
  void Sweep(Shard& shard);

  const std::int64_t ttl_ms_;
  const base::Clock& clock_;
  std::array<Shard, 32> shards_;
};

}  // namespace boutique::cart
