// SPDX-License-Identifier: Apache-2.0
// Which RabbitMQ has the events of orders, if one does.
// Threads: used at start, by one thread.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "platform/runtime/settings.h"
#include "platform/storage/amqp/amqp_options.h"

namespace boutique::events {

class Broker {
 public:
  // Declares AMQP_URL and AMQP_PASSWORD.
  explicit Broker(runtime::Settings& settings);
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  // Without one, events are delivered in the process or by calls.
  bool exists() const { return !url_.empty(); }

  // INVALID_ARGUMENT, in words that have no password, if the URL is none.
  absl::StatusOr<amqp::Options> Options() const;

 private:
  std::string url_;
  std::string password_;
};

}  // namespace boutique::events
