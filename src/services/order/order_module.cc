// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_module.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "events/order_consumer.h"
#include "services/order/amqp_event_sink.h"
#include "services/order/direct_event_sink.h"
#include "services/order/order_relay.h"
#include "services/order/order_schema.h"
#include "services/order/order_service.h"
#include "services/order/sql_order_store.h"

namespace boutique::order {

OrderModule::OrderModule(runtime::Settings& settings) : database_(settings) {
  settings.Address("EMAIL_SERVICE_ADDR");
  events::DeclareAmqpUrl(settings, &amqp_url_);
}

absl::Status OrderModule::Install(runtime::Host& host) {
  const auto database = database_.Open(host, pb::OrderService::service_full_name(), OrderSchema());
  if (!database.ok()) return database.status();
  host.Serve<pb::OrderService>(host.Own<OrderService>(host.Own<SqlOrderStore>(**database), host.metrics()));
  const auto sink = InstallSink(host);
  if (!sink.ok()) return sink.status();
  // Who delivers one by one holds few at a time.
  const OrderRelay::Options options = amqp_url_.empty() ? OrderRelay::Options{.most = 64} : OrderRelay::Options{};
  auto& relay = host.Own<OrderRelay>(host.Own<OrderOutbox>(**database), **sink, host.metrics(), options);
  host.OnStart([&host, &relay] {
    host.loops()[0]->Post([&host, &relay] {
      host.background().Spawn(relay.Run(*host.loops()[0], host.background().stop_token()));
    });
    return absl::OkStatus();
  });
  return absl::OkStatus();
}

absl::StatusOr<EventSink*> OrderModule::InstallSink(runtime::Host& host) const {
  if (amqp_url_.empty()) {
    auto& email = host.ClientOf<pb::EmailService>("EMAIL_SERVICE_ADDR", runtime::Need::kOptional);
    return &host.Own<DirectEventSink>(host.Shared<events::LocalOrderEvents>(), email);
  }
  auto options = amqp::ParseUrl(amqp_url_);
  if (!options.ok()) return absl::InvalidArgumentError(absl::StrCat("AMQP_URL: ", options.status().message()));
  auto& sink = host.Own<AmqpEventSink>(*std::move(options));
  host.OnStart([&sink] { return sink.Start(); });
  host.OnStop([&sink] { sink.Stop(); });
  return &sink;
}

}  // namespace boutique::order
