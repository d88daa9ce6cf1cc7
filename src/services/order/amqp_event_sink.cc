// SPDX-License-Identifier: Apache-2.0
#include "services/order/amqp_event_sink.h"

#include <utility>

#include "events/order_queues.h"

namespace boutique::order {

AmqpEventSink::AmqpEventSink(amqp::Options options, const std::vector<std::string>& queues)
    : publisher_(std::move(options), events::OrderQueues(queues), "orderservice",
                 [this](bool answers) { answers_.store(answers); }) {}

coro::Task<std::vector<absl::Status>> AmqpEventSink::Deliver(const rpc::CallContext& call,
                                                             const std::vector<OrderOutbox::Event>& events) {
  std::vector<amqp::Message> messages;
  messages.reserve(events.size());
  for (const OrderOutbox::Event& event : events) {
    messages.push_back(
        {.routing_key = event.type, .id = event.id, .type = events::kOrderEventType, .body = event.message});
  }
  co_return co_await publisher_.Publish(call, std::move(messages));
}

}  // namespace boutique::order
