// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_module.h"

#include <string>
#include <utility>
#include <vector>

#include "events/local_order_events.h"
#include "events/order_queues.h"
#include "services/order/amqp_event_sink.h"
#include "services/order/direct_event_sink.h"
#include "services/order/order_backlog.h"
#include "services/order/order_relay.h"
#include "services/order/order_schema.h"
#include "services/order/order_service.h"
#include "services/order/sql_order_store.h"

namespace boutique::order {

OrderModule::OrderModule(runtime::Settings& settings) : database_(settings), broker_(settings) {
  settings.Address("EMAIL_SERVICE_ADDR");
  if (settings.about().one_process) return;  // both are here
  settings.Flag("ORDER_EVENTS_TO_EMAIL", &email_listens_,
                "emailservice takes the events of orders from RabbitMQ: they are kept for it in a queue");
  settings.Flag("ORDER_EVENTS_TO_SHIPPING", &shipping_listens_,
                "shippingservice takes the events of orders from RabbitMQ: they are kept for it in a queue");
}

absl::Status OrderModule::Install(runtime::Host& host) {
  const auto database = database_.Open(host, pb::OrderService::service_full_name(), OrderSchema());
  if (!database.ok()) return database.status();
  auto& store = host.Own<SqlOrderStore>(**database);
  auto& outbox = host.Own<OrderOutbox>(**database);
  host.Serve<pb::OrderService>(host.Own<OrderService>(store, host.metrics()));
  const auto sink = InstallSink(host);
  if (!sink.ok()) return sink.status();
  const OrderRelay::Options options =
      broker_.exists() ? OrderRelay::Options{} : OrderRelay::Options{.most = DirectEventSink::kAtOnce};
  auto& relay = host.Own<OrderRelay>(outbox, **sink, host.metrics(), options);
  auto& backlog = host.Own<OrderBacklog>(store, outbox, host.metrics());
  host.OnStart([&host, &relay, &backlog] {
    host.loops()[0]->Post([&host, &relay, &backlog] {
      host.background().Spawn(relay.Run(*host.loops()[0], host.background().stop_token()));
      host.background().Spawn(backlog.Run(*host.loops()[0], host.background().stop_token()));
    });
    return absl::OkStatus();
  });
  return absl::OkStatus();
}

absl::StatusOr<EventSink*> OrderModule::InstallSink(runtime::Host& host) const {
  if (!broker_.exists()) {
    auto& email = host.ClientOf<pb::EmailService>("EMAIL_SERVICE_ADDR", runtime::Need::kOptional);
    return &host.Own<DirectEventSink>(host.Shared<events::LocalOrderEvents>(), email);
  }
  auto options = broker_.Options();
  if (!options.ok()) return options.status();
  std::vector<std::string> queues;
  if (email_listens_) queues.push_back(events::kConfirmationQueue);
  if (shipping_listens_) queues.push_back(events::kPickingQueue);
  auto& sink = host.Own<AmqpEventSink>(*std::move(options), queues);
  host.OnStart([&sink] { return sink.Start(); });
  host.OnStop([&sink] { sink.Stop(); });
  return &sink;
}

}  // namespace boutique::order
