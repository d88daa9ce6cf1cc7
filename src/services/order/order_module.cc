// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_module.h"

#include "services/order/order_service.h"
#include "services/order/sqlite_order_store.h"

namespace boutique::order {

OrderModule::OrderModule(runtime::Settings& settings) { settings.DataDirectory(&data_directory_); }

absl::Status OrderModule::Install(runtime::Host& host) {
  auto opened = SqliteOrderStore::Open(sqlite::FileIn(data_directory_, "orders.db"));
  if (!opened.ok()) return opened.status();
  auto& store = host.Keep(*std::move(opened));
  store.database().WatchHealth(
      [&host](bool able) { host.SetReady(pb::OrderService::service_full_name(), able); });
  host.Serve<pb::OrderService>(host.Own<OrderService>(store, host.metrics()));
  return absl::OkStatus();
}

}  // namespace boutique::order
