// SPDX-License-Identifier: Apache-2.0
// Hands the events of orders to those who listen in this process, and a confirmation to the e-mail service where that is
// another: for a shop without RabbitMQ.
// Threads: safe from any loop.
#pragma once

#include <vector>

#include "events/local_order_events.h"
#include "hipstershop/email.grpc.pb.h"
#include "platform/rpc/client.h"
#include "services/order/event_sink.h"

namespace boutique::order {

class DirectEventSink final : public EventSink {
 public:
  // A mail server does not take many more.
  static constexpr int kAtOnce = 32;

  // Both outlive the sink. Who listens for confirmations in this process takes the place of the e-mail service; where
  // there is neither, nobody is told.
  DirectEventSink(const events::LocalOrderEvents& local, rpc::Client<pb::EmailService>& email)
      : local_(local), email_(email) {}

  bool IsReady() const override { return true; }
  // All of them at the same time, so no more than kAtOnce. An event that is refused for good is logged and counts as
  // delivered: repeating it would hold up the others.
  coro::Task<std::vector<absl::Status>> Deliver(const rpc::CallContext& call,
                                                const std::vector<OrderOutbox::Event>& events) override;

 private:
  coro::Task<absl::Status> DeliverOne(const rpc::CallContext& call, const OrderOutbox::Event& event);
  coro::Task<absl::Status> Confirm(const rpc::CallContext& call, const OrderOutbox::Event& event);

  const events::LocalOrderEvents& local_;
  rpc::Client<pb::EmailService>& email_;
};

}  // namespace boutique::order
