// SPDX-License-Identifier: Apache-2.0
#include "services/payment/payment_module.h"

#include <utility>

#include "services/payment/payment_service.h"
#include "services/payment/simulated_processor.h"
#include "services/payment/sqlite_charge_store.h"

namespace boutique::payment {

absl::Status PaymentModule::Install(runtime::Host& host) {
  auto opened = SqliteChargeStore::Open(sqlite::FileIn(data_dir_, "payments.db"));
  if (!opened.ok()) return opened.status();
  SqliteChargeStore& charges = host.Keep(*std::move(opened));
  charges.WatchHealth([&host](bool able) { host.SetReady(pb::PaymentService::service_full_name(), able); });
  host.Serve<pb::PaymentService>(host.Own<PaymentService>(charges, host.Own<SimulatedProcessor>()));
  return absl::OkStatus();
}

}  // namespace boutique::payment
