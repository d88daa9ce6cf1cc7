// SPDX-License-Identifier: Apache-2.0
// Takes messages from a queue, hands each to a coroutine, and acknowledges it when that is done.
// Threads: start and stop from one thread; the coroutines run on the loop that Start is given.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "platform/rpc/call_context.h"
#include "platform/storage/amqp/amqp_options.h"
#include "platform/storage/amqp/amqp_topology.h"
#include "platform/telemetry/metrics.h"

namespace boutique::amqp {

struct Delivery {
  std::string routing_key;
  std::string id;
  std::string type;
  std::string body;
  std::int64_t earlier = 0;  // how often it was delivered before without success, as far as RabbitMQ knows
};

// One connection, made by a thread of the consumer's own, and made again when it breaks, after a pause.
class Consumer {
 public:
  struct Subscription {
    std::string queue;            // one of the topology's
    std::uint16_t prefetch = 32;  // messages being handled at once
    std::chrono::nanoseconds budget = std::chrono::seconds(30);  // of one message's handling
    // After a failure a message goes back to its queue after a pause that doubles from the one to the other.
    std::chrono::milliseconds least_pause{500};
    std::chrono::milliseconds most_pause{60000};
  };
  // OK: the message is done. INVALID_ARGUMENT, OUT_OF_RANGE and DATA_LOSS: it never will be, and goes to the
  // dead-letter queue. Anything else: it is delivered again, up to the queue's delivery limit, and is dead then. A
  // message may be delivered again after success, too: what it does must be the same done twice. The call and the
  // delivery live until the task has ended.
  using Handler = std::function<coro::Task<absl::Status>(const rpc::CallContext& call, const Delivery& delivery)>;

  // The topology is declared with each connection. Metrics, which outlive the consumer, count by queue:
  // amqp_deliveries_total by outcome (done, again, dead) and amqp_redeliveries_total. `on_state` is told of every
  // change, on the consumer's thread: whether RabbitMQ answers. At first it does not.
  Consumer(Options options, Topology topology, Subscription subscription, Handler handler, telemetry::Metrics& metrics,
           std::function<void(bool answers)> on_state = {});
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;
  ~Consumer();

  // Begins to connect; does not wait. RESOURCE_EXHAUSTED if the process has no more files.
  absl::Status Start(rpc::Loop& loop);
  // Takes no more messages, waits for those being handled and acknowledges them, and joins. What is still being handled
  // after `grace` is cancelled, and goes back to its queue. The loop still runs; never on its thread.
  void Stop(std::chrono::nanoseconds grace);

 private:
  class Core;
  const std::unique_ptr<Core> core_;
};

}  // namespace boutique::amqp
