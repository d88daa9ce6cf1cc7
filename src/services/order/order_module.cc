// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_module.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "events/order_consumer.h"
#include "services/order/amqp_event_sink.h"
#include "services/order/order_relay.h"
#include "services/order/order_schema.h"
#include "services/order/order_service.h"
#include "services/order/sql_order_store.h"

namespace boutique::order {

OrderModule::OrderModule(runtime::Settings& settings) : database_(settings) {
  events::DeclareAmqpUrl(settings, &amqp_url_);
}

absl::Status OrderModule::Install(runtime::Host& host) {
  const auto database = database_.Open(host, pb::OrderService::service_full_name(), OrderSchema());
  if (!database.ok()) return database.status();
  const bool announces = !amqp_url_.empty();
  auto& store = host.Own<SqlOrderStore>(
      **database, announces ? SqlOrderStore::Events::kNoted : SqlOrderStore::Events::kNone);
  host.Serve<pb::OrderService>(host.Own<OrderService>(store, host.metrics()));
  return announces ? InstallRelay(host, **database) : absl::OkStatus();
}

absl::Status OrderModule::InstallRelay(runtime::Host& host, sql::Database& database) {
  auto options = amqp::ParseUrl(amqp_url_);
  if (!options.ok()) return absl::InvalidArgumentError(absl::StrCat("AMQP_URL: ", options.status().message()));
  auto& sink = host.Own<AmqpEventSink>(*std::move(options));
  auto& relay = host.Own<OrderRelay>(host.Own<OrderOutbox>(database), sink, host.metrics());
  host.OnStart([&host, &sink, &relay] {
    host.loops()[0]->Post([&host, &relay] {
      host.background().Spawn(relay.Run(*host.loops()[0], host.background().stop_token()));
    });
    return sink.Start();
  });
  host.OnStop([&sink] { sink.Stop(); });
  return absl::OkStatus();
}

}  // namespace boutique::order
