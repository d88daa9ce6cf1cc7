// SPDX-License-Identifier: Apache-2.0
#include "services/order/direct_event_sink.h"

#include <utility>

#include "events/order_queues.h"
#include "events/order_result.h"
#include "hipstershop/order_event.pb.h"
#include "platform/coro/when_all.h"
#include "platform/telemetry/log.h"

namespace boutique::order {
namespace {

// Answers that no repetition changes: those of an amqp::Consumer's handler, and those of EmailService.
bool IsFinal(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsOutOfRange(status) || absl::IsDataLoss(status) ||
         absl::IsFailedPrecondition(status);
}

absl::Status Drop(const OrderOutbox::Event& event, const absl::Status& why) {
  telemetry::Log(telemetry::Severity::kWarning, "an event of an order was refused",
                 {{"event_id", event.id}, {"error", why.message()}});
  return absl::OkStatus();
}

}  // namespace

coro::Task<std::vector<absl::Status>> DirectEventSink::Deliver(const rpc::CallContext& call,
                                                               const std::vector<OrderOutbox::Event>& events) {
  std::vector<coro::Task<absl::Status>> deliveries;
  deliveries.reserve(events.size());
  for (const OrderOutbox::Event& event : events) deliveries.push_back(DeliverOne(call, event));
  auto results = co_await coro::WhenAll(std::move(deliveries));
  co_return std::move(results);
}

coro::Task<absl::Status> DirectEventSink::DeliverOne(const rpc::CallContext& call, const OrderOutbox::Event& event) {
  const amqp::Delivery delivery{
      .routing_key = event.type, .id = event.id, .type = events::kOrderEventType, .body = event.message};
  // At the same time: one that takes all of the call's leaves the others theirs. Each knows what it has had.
  std::vector<coro::Task<absl::Status>> told;
  for (const events::LocalOrderEvents::Listener& listener : local_.listeners()) {
    told.push_back(listener.handler(call, delivery));
  }
  if (!local_.Has(events::kConfirmationQueue) && email_.IsConnected()) told.push_back(Confirm(call, event));
  const auto taken = co_await coro::WhenAll(std::move(told));
  absl::Status result = absl::OkStatus();
  for (const absl::Status& each : taken) result.Update(IsFinal(each) ? Drop(event, each) : each);
  co_return result;
}

coro::Task<absl::Status> DirectEventSink::Confirm(const rpc::CallContext& call, const OrderOutbox::Event& event) {
  pb::OrderEvent message;
  if (!message.ParseFromString(event.message)) co_return absl::DataLossError("an event on record cannot be read");
  if (message.type() != events::kConfirmed) co_return absl::OkStatus();
  pb::SendOrderConfirmationRequest request = events::ConfirmationOf(message.order());
  const auto sent = co_await email_.Call<&pb::EmailService::Stub::AsyncSendOrderConfirmation>(call, std::move(request));
  co_return sent.status();
}

}  // namespace boutique::order
