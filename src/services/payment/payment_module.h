// SPDX-License-Identifier: Apache-2.0
// Puts PaymentService into a process.
// Threads: used at start, by one thread.
#pragma once

#include "platform/runtime/process.h"
#include "platform/runtime/store_database.h"

namespace boutique::payment {

class PaymentModule final : public runtime::Module {
 public:
  explicit PaymentModule(runtime::Settings& settings) : database_(settings) {}
  absl::Status Install(runtime::Host& host) override;

 private:
  const runtime::StoreDatabase database_;
};

}  // namespace boutique::payment
