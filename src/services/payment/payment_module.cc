// SPDX-License-Identifier: Apache-2.0
#include "services/payment/payment_module.h"

#include "services/payment/charge_schema.h"
#include "services/payment/payment_service.h"
#include "services/payment/simulated_processor.h"
#include "services/payment/sql_charge_store.h"

namespace boutique::payment {

absl::Status PaymentModule::Install(runtime::Host& host) {
  const auto database = database_.Open(host, pb::PaymentService::service_full_name(), ChargeSchema());
  if (!database.ok()) return database.status();
  auto& charges = host.Own<SqlChargeStore>(**database);
  host.Serve<pb::PaymentService>(host.Own<PaymentService>(charges, host.Own<SimulatedProcessor>()));
  return absl::OkStatus();
}

}  // namespace boutique::payment
