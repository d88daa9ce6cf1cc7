// SPDX-License-Identifier: Apache-2.0
// Puts a consumer of the order service's events into a process: begun with it, drained when it stops.
// Threads: used at start, by one thread.
#pragma once

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "events/local_order_events.h"
#include "events/order_queues.h"
#include "platform/runtime/host.h"
#include "platform/runtime/settings.h"
#include "platform/storage/amqp/amqp_consumer.h"

namespace boutique::events {

inline void DeclareAmqpUrl(runtime::Settings& settings, std::string* url) {
  settings.Secret(
      "AMQP_URL", url,
      "RabbitMQ for the events of orders, amqp[s]://user:password@host:port/vhost; without it they are delivered in the process");
}

// Without a URL the handler listens to the order service of this process. INVALID_ARGUMENT if the URL is none. What the
// handler refers to outlives the host's work.
inline absl::Status ConsumeOrderEvents(runtime::Host& host, const std::string& url, std::string queue,
                                       amqp::Consumer::Handler handler) {
  if (url.empty()) {
    host.Shared<LocalOrderEvents>().Add(std::move(queue), std::move(handler));
    return absl::OkStatus();
  }
  auto options = amqp::ParseUrl(url);
  if (!options.ok()) return absl::InvalidArgumentError(absl::StrCat("AMQP_URL: ", options.status().message()));
  auto& consumer =
      host.Own<amqp::Consumer>(*std::move(options), OrderQueues(),
                               amqp::Consumer::Subscription{.queue = std::move(queue)}, std::move(handler),
                               host.metrics());
  host.OnStart([&host, &consumer] { return consumer.Start(*host.loops()[0]); });
  host.OnDrain([&consumer](std::chrono::nanoseconds grace) { consumer.Stop(grace); });
  return absl::OkStatus();
}

}  // namespace boutique::events
