// SPDX-License-Identifier: Apache-2.0
// Where the events of orders go.
// Threads: implementations are safe from any loop.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "platform/rpc/call_context.h"
#include "services/order/order_outbox.h"

namespace boutique::order {

class EventSink {
 public:
  virtual ~EventSink() = default;

  // Whether a delivery may succeed at this moment.
  virtual bool IsReady() const = 0;
  // Delivers the events and answers of each how that ended: OK when it is safe where it belongs. One that is delivered
  // again, because nobody knew, is known there by its id.
  virtual coro::Task<std::vector<absl::Status>> Deliver(const rpc::CallContext& call,
                                                        const std::vector<OrderOutbox::Event>& events) = 0;
};

}  // namespace boutique::order
