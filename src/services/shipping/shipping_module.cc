// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/shipping_module.h"

#include "events/order_consumer.h"
#include "services/shipping/picking_lists.h"
#include "services/shipping/shipment_schema.h"
#include "services/shipping/shipping_service.h"
#include "services/shipping/sql_shipment_store.h"

namespace boutique::shipping {

ShippingModule::ShippingModule(runtime::Settings& settings) : database_(settings), broker_(settings) {}

absl::Status ShippingModule::Install(runtime::Host& host) {
  const auto database = database_.Open(host, pb::ShippingService::service_full_name(), ShipmentSchema());
  if (!database.ok()) return database.status();
  host.Serve<pb::ShippingService>(host.Own<ShippingService>(host.Own<SqlShipmentStore>(**database)));
  auto& lists = host.Own<PickingLists>(**database, host.metrics());
  return events::ConsumeOrderEvents(host, broker_, events::kPickingQueue,
                                    [&lists](const rpc::CallContext& call, const amqp::Delivery& delivery) {
                                      return lists.Take(call, delivery);
                                    });
}

}  // namespace boutique::shipping
