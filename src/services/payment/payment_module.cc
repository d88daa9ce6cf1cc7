// SPDX-License-Identifier: Apache-2.0
#include "services/payment/payment_module.h"

#include "absl/strings/str_cat.h"
#include "services/payment/charge_schema.h"
#include "services/payment/payment_service.h"
#include "services/payment/simulated_processor.h"
#include "services/payment/sql_charge_store.h"
#include "services/payment/stripe_processor.h"

namespace boutique::payment {

PaymentModule::PaymentModule(runtime::Settings& settings)
    : database_(settings), stripe_{.key = "", .base = "https://api.stripe.com"} {
  settings.Secret("STRIPE_API_KEY", &stripe_.key,
                  "key of Stripe's test mode (sk_test_… or rk_test_…); empty: no money moves, payments are simulated");
  settings.Text("STRIPE_API_BASE", &stripe_.base, "where Stripe's API is", CheckStripeBase);
}

absl::StatusOr<PaymentProcessor*> PaymentModule::MakeProcessor(runtime::Host& host) const {
  if (stripe_.key.empty()) return &host.Own<SimulatedProcessor>();
  if (const absl::Status bad = CheckStripeKey(stripe_.key); !bad.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("STRIPE_API_KEY: ", bad.message()));
  }
  return &host.Own<StripeProcessor>(host.Own<curl::HttpClient>(), stripe_);
}

absl::Status PaymentModule::Install(runtime::Host& host) {
  const auto processor = MakeProcessor(host);
  if (!processor.ok()) return processor.status();
  const auto database = database_.Open(host, pb::PaymentService::service_full_name(), ChargeSchema());
  if (!database.ok()) return database.status();
  host.Serve<pb::PaymentService>(host.Own<PaymentService>(host.Own<SqlChargeStore>(**database), **processor));
  return absl::OkStatus();
}

}  // namespace boutique::payment
