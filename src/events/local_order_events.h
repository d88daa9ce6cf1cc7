// SPDX-License-Identifier: Apache-2.0
// Who in this process listens to the events of orders when there is no RabbitMQ.
// Threads: added to at start by one thread, unchanged and safe from any afterwards.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "platform/storage/amqp/amqp_consumer.h"

namespace boutique::events {

class LocalOrderEvents {
 public:
  struct Listener {
    std::string queue;  // of which it takes the place
    amqp::Consumer::Handler handler;
  };

  void Add(std::string queue, amqp::Consumer::Handler handler) {
    listeners_.push_back({std::move(queue), std::move(handler)});
  }
  const std::vector<Listener>& listeners() const { return listeners_; }
  bool Has(absl::string_view queue) const {
    return std::any_of(listeners_.begin(), listeners_.end(), [&](const Listener& each) { return each.queue == queue; });
  }

 private:
  std::vector<Listener> listeners_;
};

}  // namespace boutique::events
