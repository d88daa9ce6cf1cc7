// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_module.h"

#include "services/order/order_schema.h"
#include "services/order/order_service.h"
#include "services/order/sql_order_store.h"

namespace boutique::order {

absl::Status OrderModule::Install(runtime::Host& host) {
  const auto database = database_.Open(host, pb::OrderService::service_full_name(), OrderSchema());
  if (!database.ok()) return database.status();
  auto& store = host.Own<SqlOrderStore>(**database);
  host.Serve<pb::OrderService>(host.Own<OrderService>(store, host.metrics()));
  return absl::OkStatus();
}

}  // namespace boutique::order
