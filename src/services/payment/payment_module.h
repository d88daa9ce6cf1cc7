// SPDX-License-Identifier: Apache-2.0
// Puts PaymentService into a process.
// Threads: used at start, by one thread.
#pragma once

#include "platform/runtime/process.h"
#include "platform/runtime/store_database.h"
#include "services/payment/payment_processor.h"
#include "services/payment/stripe_settings.h"

namespace boutique::payment {

class PaymentModule final : public runtime::Module {
 public:
  explicit PaymentModule(runtime::Settings& settings);
  absl::Status Install(runtime::Host& host) override;

 private:
  // Stripe's, if there is a key; the built-in one otherwise.
  absl::StatusOr<PaymentProcessor*> MakeProcessor(runtime::Host& host) const;

  const runtime::StoreDatabase database_;
  StripeOptions stripe_;
};

}  // namespace boutique::payment
