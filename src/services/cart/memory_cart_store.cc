// SPDX-License-Identifier: Apache-2.0
#include "services/cart/memory_cart_store.h"

#include <algorithm>

#include "absl/hash/hash.h"

namespace boutique::cart {
namespace {

int IndexOf(const pb::Cart& cart, const std::string& product_id) {
  for (int i = 0; i < cart.items_size(); ++i) {
    if (cart.items(i).product_id() == product_id) return i;
  }
  return -1;
}

// The fields that the contract knows, not what else a caller may have sent along.
void Append(pb::Cart& cart, const pb::CartItem& item) {
  pb::CartItem& line = *cart.add_items();
  line.set_product_id(item.product_id());
  line.set_quantity(item.quantity());
}

}  // namespace

MemoryCartStore::MemoryCartStore(std::chrono::nanoseconds ttl, const base::Clock& clock)
    : ttl_ms_(std::chrono::duration_cast<std::chrono::milliseconds>(ttl).count()), clock_(clock) {}

MemoryCartStore::Shard& MemoryCartStore::ShardOf(const std::string& user_id) {
  return shards_[absl::HashOf(user_id) % shards_.size()];
}

MemoryCartStore::Kept* MemoryCartStore::Find(Shard& shard, const std::string& user_id) {
  const auto found = shard.carts.find(user_id);
  if (found == shard.carts.end()) return nullptr;
  const std::int64_t now = clock_.NowMs();
  if (found->second.used_at_ms + ttl_ms_ < now) {
    shard.carts.erase(found);
    return nullptr;
  }
  found->second.used_at_ms = now;
  return &found->second;
}

MemoryCartStore::Kept& MemoryCartStore::FindOrMake(Shard& shard, const std::string& user_id) {
  if (Kept* const found = Find(shard, user_id); found != nullptr) return *found;
  if (shard.carts.size() >= shard.sweep_at) Sweep(shard);
  Kept& made = shard.carts[user_id];
  made.cart.set_user_id(user_id);
  made.used_at_ms = clock_.NowMs();
  return made;
}

void MemoryCartStore::Sweep(Shard& shard) {
  const std::int64_t oldest = clock_.NowMs() - ttl_ms_;
  absl::erase_if(shard.carts, [oldest](const auto& entry) { return entry.second.used_at_ms < oldest; });
  const std::int64_t oldest_order = clock_.NowMs() - std::chrono::milliseconds(kOrderMemory).count();
  absl::erase_if(shard.subtracted_at_ms, [oldest_order](const auto& entry) { return entry.second < oldest_order; });
  shard.sweep_at = std::max<std::size_t>(64, std::max(shard.carts.size(), shard.subtracted_at_ms.size()) * 2);
}

rpc::Reply<pb::Empty> MemoryCartStore::Add(const rpc::CallContext&, const std::string& user_id,
                                           const pb::CartItem& item) {
  Shard& shard = ShardOf(user_id);
  const std::lock_guard lock(shard.mutex);
  pb::Cart& cart = FindOrMake(shard, user_id).cart;
  const int index = IndexOf(cart, item.product_id());
  if (index >= 0) {
    pb::CartItem& line = *cart.mutable_items(index);
    if (line.quantity() + item.quantity() > kMostOfOne) co_return TooManyOfOne();
    line.set_quantity(line.quantity() + item.quantity());
  } else {
    if (cart.items_size() >= kMostLines) co_return TooManyLines();
    Append(cart, item);
  }
  co_return pb::Empty();
}

rpc::Reply<pb::Empty> MemoryCartStore::Set(const rpc::CallContext&, const std::string& user_id,
                                           const pb::CartItem& item) {
  Shard& shard = ShardOf(user_id);
  const std::lock_guard lock(shard.mutex);
  pb::Cart& cart = FindOrMake(shard, user_id).cart;
  const int index = IndexOf(cart, item.product_id());
  if (index >= 0 && item.quantity() == 0) {
    cart.mutable_items()->DeleteSubrange(index, 1);
  } else if (index >= 0) {
    cart.mutable_items(index)->set_quantity(item.quantity());
  } else if (item.quantity() > 0) {
    if (cart.items_size() >= kMostLines) co_return TooManyLines();
    Append(cart, item);
  }
  if (cart.items().empty()) shard.carts.erase(user_id);
  co_return pb::Empty();
}

rpc::Reply<pb::Empty> MemoryCartStore::Subtract(const rpc::CallContext&, const pb::RemoveOrderedRequest& ordered) {
  Shard& shard = ShardOf(ordered.user_id());
  const std::lock_guard lock(shard.mutex);
  if (shard.subtracted_at_ms.size() >= shard.sweep_at) Sweep(shard);
  const bool is_first = shard.subtracted_at_ms.try_emplace(ordered.order_id(), clock_.NowMs()).second;
  Kept* const found = is_first ? Find(shard, ordered.user_id()) : nullptr;
  if (found == nullptr) co_return pb::Empty();
  for (const pb::CartItem& item : ordered.items()) {
    const int index = IndexOf(found->cart, item.product_id());
    if (index < 0) continue;
    pb::CartItem& line = *found->cart.mutable_items(index);
    if (line.quantity() > item.quantity()) {
      line.set_quantity(line.quantity() - item.quantity());
    } else {
      found->cart.mutable_items()->DeleteSubrange(index, 1);
    }
  }
  if (found->cart.items().empty()) shard.carts.erase(ordered.user_id());
  co_return pb::Empty();
}

rpc::Reply<pb::Cart> MemoryCartStore::Get(const rpc::CallContext&, const std::string& user_id) {
  Shard& shard = ShardOf(user_id);
  const std::lock_guard lock(shard.mutex);
  const Kept* const found = Find(shard, user_id);
  if (found == nullptr) co_return pb::Cart();
  co_return found->cart;
}

rpc::Reply<pb::Empty> MemoryCartStore::Empty(const rpc::CallContext&, const std::string& user_id) {
  Shard& shard = ShardOf(user_id);
  const std::lock_guard lock(shard.mutex);
  shard.carts.erase(user_id);
  co_return pb::Empty();
}

}  // namespace boutique::cart
