// SPDX-License-Identifier: Apache-2.0
// The stored messages of open orders that this process has written last, up to some megabytes of them.
// Threads: safe from any.
//
// They may be out of date, because other replicas change orders, too.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "hipstershop/order.pb.h"

namespace boutique::order {

namespace pb = ::hipstershop;

class RecentOrders {
 public:
  explicit RecentOrders(std::size_t most_bytes = 4 << 20) : most_bytes_(most_bytes) {}

  // What was last kept of the order; "" if that is not known any more.
  std::string Find(const std::string& order_id) const;
  // `message` is what is stored of the order now. Of an order that is at its end nothing is kept, and what was kept
  // first is forgotten for what comes later.
  void Keep(const pb::Order& order, std::string message);

 private:
  struct Kept {
    std::string order_id;
    std::string message;
  };

  void Forget(const std::string& order_id);

  const std::size_t most_bytes_;
  mutable std::mutex mutex_;
  std::size_t bytes_ = 0;
  std::list<Kept> kept_;  // in the order in which they came
  absl::flat_hash_map<std::string, std::list<Kept>::iterator> by_id_;
};

}  // namespace boutique::order
