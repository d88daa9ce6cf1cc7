// SPDX-License-Identifier: Apache-2.0
// Publishes messages to a durable topic exchange, and knows of each whether RabbitMQ has it safe.
// Threads: start and stop from one thread; messages from any loop, and each caller continues on its call's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "platform/rpc/call_context.h"
#include "platform/storage/amqp/amqp_options.h"
#include "platform/storage/amqp/amqp_topology.h"

namespace boutique::amqp {

struct Message {
  std::string routing_key;
  std::string id;    // the same whenever it is published again
  std::string type;  // what the body is
  std::string body;
};

// One connection, made by a thread of the publisher's own, and made again when it breaks, after a pause.
class Publisher {
 public:
  // The topology is declared with each connection. `on_state` is told of every change, on the publisher's thread:
  // whether RabbitMQ takes messages, which it does not at first, nor while its disk or memory is full. `name` is how
  // RabbitMQ's lists show the connection.
  Publisher(Options options, Topology topology, std::string name, std::function<void(bool answers)> on_state = {});
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;
  ~Publisher();

  // Begins to connect; does not wait. RESOURCE_EXHAUSTED if the process has no more files.
  absl::Status Start();
  // Answers what waits, UNAVAILABLE, and joins. No message may be published meanwhile; those published later are
  // refused. The loops of what waits still run. Takes up to the connect timeout if a connection is just being made.
  void Stop();

  // Publishes the messages in their order, persistent, without waiting for one before the next, and answers how each
  // ended: OK when RabbitMQ has confirmed that it is safe in a queue; UNAVAILABLE when there is no connection, RabbitMQ
  // takes nothing at present, or the connection went away before the confirm: then nobody knows, and it is not
  // published again; FAILED_PRECONDITION if no queue takes it, unless the topology has none: then nobody needs to;
  // DEADLINE_EXCEEDED and CANCELLED: nobody knows either. A RabbitMQ that does not read while a message is being
  // written may keep it waiting for a heartbeat more. On the call's loop.
  coro::Task<std::vector<absl::Status>> Publish(const rpc::CallContext& call, std::vector<Message> messages);

 private:
  class Core;
  const std::unique_ptr<Core> core_;
};

}  // namespace boutique::amqp
