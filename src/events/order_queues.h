// SPDX-License-Identifier: Apache-2.0
// The exchange into which the order service publishes hipstershop.OrderEvent, and the queues of those who listen: what
// services agree on beside the contract.
// Threads: stateless.
#pragma once

#include "platform/storage/amqp/amqp_topology.h"

namespace boutique::events {

inline constexpr char kConfirmationQueue[] = "email.confirmation";
inline constexpr char kPickingQueue[] = "shipping.picking-list";

// Types of events, which are their routing keys.
inline constexpr char kConfirmed[] = "order.confirmed";
inline constexpr char kCancelled[] = "order.cancelled";
// What a message says that it is.
inline constexpr char kOrderEventType[] = "hipstershop.OrderEvent";

// Declared by publisher and consumers alike, so that no event comes before its queue. Each queue takes every type of
// event, because what no queue takes comes back to the publisher; its consumer passes over what does not concern it.
inline amqp::Topology OrderQueues() {
  return {.exchange = "orders",
          .queues = {{.name = kConfirmationQueue, .routing_keys = {"order.*"}},
                     {.name = kPickingQueue, .routing_keys = {"order.*"}}}};
}

}  // namespace boutique::events
