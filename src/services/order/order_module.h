// SPDX-License-Identifier: Apache-2.0
// Puts OrderService and its store into a process.
// Threads: used at start, by one thread.
#pragma once

#include "events/broker.h"
#include "platform/runtime/process.h"
#include "platform/runtime/store_database.h"
#include "services/order/event_sink.h"

namespace boutique::order {

class OrderModule final : public runtime::Module {
 public:
  explicit OrderModule(runtime::Settings& settings);
  absl::Status Install(runtime::Host& host) override;

 private:
  // Where events go: to RabbitMQ, or to those who listen without it.
  absl::StatusOr<EventSink*> InstallSink(runtime::Host& host) const;

  const runtime::StoreDatabase database_;
  const events::Broker broker_;
  bool email_listens_ = true;
  bool shipping_listens_ = true;
};

}  // namespace boutique::order
