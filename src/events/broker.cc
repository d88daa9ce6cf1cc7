// SPDX-License-Identifier: Apache-2.0
#include "events/broker.h"

#include "absl/strings/str_cat.h"

namespace boutique::events {

Broker::Broker(runtime::Settings& settings) {
  settings.Secret("AMQP_URL", &url_,
                  "RabbitMQ for the events of orders, amqp[s]://user:password@host:port/vhost; without it they are "
                  "delivered in the process");
  settings.Secret("AMQP_PASSWORD", &password_, "password at that RabbitMQ; wins over the one in AMQP_URL");
}

absl::StatusOr<amqp::Options> Broker::Options() const {
  auto options = amqp::ParseUrl(url_, password_);
  if (!options.ok()) return absl::InvalidArgumentError(absl::StrCat("AMQP_URL: ", options.status().message()));
  return options;
}

}  // namespace boutique::events
