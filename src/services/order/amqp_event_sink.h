// SPDX-License-Identifier: Apache-2.0
// Publishes the events of orders in RabbitMQ.
// Threads: safe from any loop.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "platform/storage/amqp/amqp_publisher.h"
#include "services/order/event_sink.h"

namespace boutique::order {

class AmqpEventSink final : public EventSink {
 public:
  // The queues are those of all that listen. Without any, what is published is delivered.
  AmqpEventSink(amqp::Options options, const std::vector<std::string>& queues);

  absl::Status Start() { return publisher_.Start(); }
  void Stop() { publisher_.Stop(); }

  bool IsReady() const override { return answers_.load(); }
  coro::Task<std::vector<absl::Status>> Deliver(const rpc::CallContext& call,
                                                const std::vector<OrderOutbox::Event>& events) override;

 private:
  std::atomic<bool> answers_{false};
  amqp::Publisher publisher_;
};

}  // namespace boutique::order
