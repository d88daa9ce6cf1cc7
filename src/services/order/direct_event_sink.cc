// SPDX-License-Identifier: Apache-2.0
#include "services/order/direct_event_sink.h"

#include <algorithm>
#include <utility>

#include "events/order_queues.h"
#include "events/order_result.h"
#include "hipstershop/order_event.pb.h"
#include "platform/coro/when_all.h"
#include "platform/telemetry/log.h"

namespace boutique::order {
namespace {

// What runs at the same time; a mail server does not take many more.
constexpr std::size_t kAtOnce = 32;

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
  std::vector<absl::Status> results;
  results.reserve(events.size());
  while (results.size() < events.size()) {
    const std::size_t end = std::min(events.size(), results.size() + kAtOnce);
    std::vector<coro::Task<absl::Status>> some;
    for (std::size_t i = results.size(); i < end; ++i) some.push_back(DeliverOne(call, events[i]));
    auto ended = co_await coro::WhenAll(std::move(some));
    std::move(ended.begin(), ended.end(), std::back_inserter(results));
  }
  co_return results;
}

coro::Task<absl::Status> DirectEventSink::DeliverOne(const rpc::CallContext& call, const OrderOutbox::Event& event) {
  const amqp::Delivery delivery{
      .routing_key = event.type, .id = event.id, .type = events::kOrderEventType, .body = event.message};
  // All of them are tried, whatever becomes of the first: each knows what it has had.
  absl::Status result = absl::OkStatus();
  for (const events::LocalOrderEvents::Listener& listener : local_.listeners()) {
    absl::Status taken = co_await listener.handler(call, delivery);
    if (IsFinal(taken)) taken = Drop(event, taken);
    result.Update(taken);
  }
  if (!local_.Has(events::kConfirmationQueue) && email_.IsConnected()) {
    absl::Status confirmed = co_await Confirm(call, event);
    if (IsFinal(confirmed)) confirmed = Drop(event, confirmed);
    result.Update(confirmed);
  }
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
