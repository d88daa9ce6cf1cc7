// SPDX-License-Identifier: Apache-2.0
// Puts a consumer of the order service's events into a process: begun with it, drained when it stops.
// Threads: used at start, by one thread.
#pragma once

#include <string>
#include <utility>

#include "events/broker.h"
#include "events/local_order_events.h"
#include "events/order_queues.h"
#include "platform/runtime/host.h"
#include "platform/storage/amqp/amqp_consumer.h"

namespace boutique::events {

// Without a broker the handler listens to the order service of this process. INVALID_ARGUMENT if the broker's URL is
// none. What the handler refers to outlives the host's work.
inline absl::Status ConsumeOrderEvents(runtime::Host& host, const Broker& broker, std::string queue,
                                       amqp::Consumer::Handler handler) {
  if (!broker.exists()) {
    host.Shared<LocalOrderEvents>().Add(std::move(queue), std::move(handler));
    return absl::OkStatus();
  }
  auto options = broker.Options();
  if (!options.ok()) return options.status();
  auto& consumer =
      host.Own<amqp::Consumer>(*std::move(options), OrderQueues({queue}), amqp::Consumer::Subscription{.queue = queue},
                               std::move(handler), host.metrics());
  host.OnStart([&host, &consumer] { return consumer.Start(*host.loops()[0]); });
  host.OnDrain([&consumer](std::chrono::nanoseconds grace) { consumer.Stop(grace); });
  return absl::OkStatus();
}

}  // namespace boutique::events
