// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/shipping_module.h"

#include <utility>

#include "services/shipping/shipping_service.h"
#include "services/shipping/sqlite_shipment_store.h"

namespace boutique::shipping {

absl::Status ShippingModule::Install(runtime::Host& host) {
  auto opened = SqliteShipmentStore::Open(sqlite::FileIn(data_dir_, "shipments.db"));
  if (!opened.ok()) return opened.status();
  SqliteShipmentStore& store = host.Keep(*std::move(opened));
  store.WatchHealth([&host](bool able) { host.SetReady(pb::ShippingService::service_full_name(), able); });
  host.Serve<pb::ShippingService>(host.Own<ShippingService>(store));
  return absl::OkStatus();
}

}  // namespace boutique::shipping
