// SPDX-License-Identifier: Apache-2.0
#include "services/order/recent_orders.h"

#include <iterator>
#include <utility>

#include "services/order/order_states.h"

namespace boutique::order {
namespace {

// What keeping a message takes beside it: its order's id twice, and two nodes.
constexpr std::size_t kOverhead = 256;

}  // namespace

std::string RecentOrders::Find(const std::string& order_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(order_id);
  return found == by_id_.end() ? "" : found->second->message;
}

void RecentOrders::Keep(const pb::Order& order, std::string message) {
  const std::lock_guard lock(mutex_);
  Forget(order.order_id());
  if (!IsOpen(order)) return;
  bytes_ += message.size() + kOverhead;
  kept_.push_back({order.order_id(), std::move(message)});
  by_id_[order.order_id()] = std::prev(kept_.end());
  while (bytes_ > most_bytes_) Forget(std::string(kept_.front().order_id));
}

void RecentOrders::Forget(const std::string& order_id) {
  const auto found = by_id_.find(order_id);
  if (found == by_id_.end()) return;
  bytes_ -= found->second->message.size() + kOverhead;
  kept_.erase(found->second);
  by_id_.erase(found);
}

}  // namespace boutique::order
