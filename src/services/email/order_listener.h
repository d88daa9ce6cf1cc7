// SPDX-License-Identifier: Apache-2.0
// Confirms orders to their buyers as the order service announces them.
// Threads: safe from any loop.
#pragma once

#include "platform/rpc/call_context.h"
#include "platform/storage/amqp/amqp_consumer.h"
#include "services/email/email_service.h"

namespace boutique::email {

class OrderListener {
 public:
  // The service outlives the listener. It confirms an order once, however often that is delivered.
  explicit OrderListener(EmailService& service) : service_(service) {}

  // INVALID_ARGUMENT if the message is no hipstershop.OrderEvent, or its confirmation is refused for good; other errors
  // may be gone the next time.
  coro::Task<absl::Status> Take(const rpc::CallContext& call, const amqp::Delivery& delivery);

 private:
  EmailService& service_;
};

}  // namespace boutique::email
