// SPDX-License-Identifier: Apache-2.0
#include "services/email/order_listener.h"

#include "events/order_queues.h"
#include "events/order_result.h"
#include "hipstershop/order_event.pb.h"

namespace boutique::email {

coro::Task<absl::Status> OrderListener::Take(const rpc::CallContext& call, const amqp::Delivery& delivery) {
  pb::OrderEvent event;
  if (!event.ParseFromString(delivery.body) || event.order().order_id().empty()) {
    co_return absl::InvalidArgumentError("the message is no hipstershop.OrderEvent");
  }
  if (event.type() != events::kConfirmed) co_return absl::OkStatus();
  const pb::SendOrderConfirmationRequest request = events::ConfirmationOf(event.order());
  const auto sent = co_await service_.SendOrderConfirmation(call, request);
  // Neither is worth another try.
  if (absl::IsFailedPrecondition(sent.status())) co_return absl::InvalidArgumentError(sent.status().message());
  co_return sent.status();
}

}  // namespace boutique::email
