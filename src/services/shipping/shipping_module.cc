// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/shipping_module.h"

#include "services/shipping/shipment_schema.h"
#include "services/shipping/shipping_service.h"
#include "services/shipping/sql_shipment_store.h"

namespace boutique::shipping {

absl::Status ShippingModule::Install(runtime::Host& host) {
  const auto database = database_.Open(host, pb::ShippingService::service_full_name(), ShipmentSchema());
  if (!database.ok()) return database.status();
  host.Serve<pb::ShippingService>(host.Own<ShippingService>(host.Own<SqlShipmentStore>(**database)));
  return absl::OkStatus();
}

}  // namespace boutique::shipping
