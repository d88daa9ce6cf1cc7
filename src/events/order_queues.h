// SPDX-License-Identifier: Apache-2.0
// The exchange into which the order service publishes hipstershop.OrderEvent, and the queues of those who listen: what
// services agree on beside the contract.
// Threads: stateless.
#pragma once

#include <string>
#include <vector>

#include "platform/storage/amqp/amqp_topology.h"

namespace boutique::events {

inline constexpr char kConfirmationQueue[] = "email.confirmation";
inline constexpr char kPickingQueue[] = "shipping.picking-list";

// Types of events, which are their routing keys.
inline constexpr char kConfirmed[] = "order.confirmed";
inline constexpr char kCancelled[] = "order.cancelled";
// What a message says that it is.
inline constexpr char kOrderEventType[] = "hipstershop.OrderEvent";

// The exchange with these queues. The publisher declares those of all that listen, so that no event comes before its
// queue; a consumer its own alone: a queue that nobody takes from would grow for ever. Each takes every type of event,
// because what no queue takes comes back to the publisher; its consumer passes over what does not concern it.
inline amqp::Topology OrderQueues(const std::vector<std::string>& names) {
  amqp::Topology topology{.exchange = "orders", .queues = {}};
  for (const std::string& name : names) topology.queues.push_back({.name = name, .routing_keys = {"order.*"}});
  return topology;
}

}  // namespace boutique::events
