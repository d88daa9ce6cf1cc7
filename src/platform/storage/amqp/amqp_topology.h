// SPDX-License-Identifier: Apache-2.0
// Which exchange and queues there are, as everybody who uses them declares them: whoever comes first makes them.
// Threads: values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace boutique::amqp {

// A durable quorum queue. What its consumers do not take ends in its dead-letter queue, <name>.dead, by way of the
// exchange <exchange>.dead.
struct Queue {
  std::string name;
  std::vector<std::string> routing_keys;  // by which the exchange fills it
  std::int64_t delivery_limit = 20;       // a message that came back more often is dead
};

// A durable topic exchange and its queues.
struct Topology {
  std::string exchange;
  std::vector<Queue> queues;
};

inline std::string DeadName(const std::string& name) { return name + ".dead"; }

}  // namespace boutique::amqp
