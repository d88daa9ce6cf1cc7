// SPDX-License-Identifier: Apache-2.0
#include "services/email/order_listener.h"

#include "hipstershop/order_event.pb.h"

namespace boutique::email {

coro::Task<absl::Status> OrderListener::Take(const rpc::CallContext& call, const amqp::Delivery& delivery) {
  pb::OrderEvent event;
  if (!event.ParseFromString(delivery.body) || event.order().order_id().empty()) {
    co_return absl::InvalidArgumentError("the message is no hipstershop.OrderEvent");
  }
  if (event.type() != "order.confirmed") co_return absl::OkStatus();
  const pb::Order& order = event.order();
  pb::SendOrderConfirmationRequest request;
  request.set_email(order.email());
  pb::OrderResult* const result = request.mutable_order();
  result->set_order_id(order.order_id());
  result->set_shipping_tracking_id(order.shipping_tracking_id());
  *result->mutable_shipping_cost() = order.shipping_cost();
  *result->mutable_shipping_address() = order.shipping_address();
  *result->mutable_items() = order.items();
  const auto sent = co_await service_.SendOrderConfirmation(call, request);
  // Neither is worth another try.
  if (absl::IsFailedPrecondition(sent.status())) co_return absl::InvalidArgumentError(sent.status().message());
  co_return sent.status();
}

}  // namespace boutique::email
