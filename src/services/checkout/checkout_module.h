// SPDX-License-Identifier: Apache-2.0
// Puts CheckoutService into a process.
// Threads: used at start, by one thread.
#pragma once

#include "platform/runtime/process.h"
#include "services/checkout/checkout_options.h"

namespace boutique::checkout {

class CheckoutModule final : public runtime::Module {
 public:
  explicit CheckoutModule(runtime::Settings& settings);
  absl::Status Install(runtime::Host& host) override;

 private:
  CheckoutOptions options_;
};

}  // namespace boutique::checkout
