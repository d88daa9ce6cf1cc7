// SPDX-License-Identifier: Apache-2.0
// Puts CurrencyService into a process.
// Threads: used at start, by one thread.
#pragma once

#include "platform/runtime/process.h"

namespace boutique::currency {

class CurrencyModule final : public runtime::Module {
 public:
  explicit CurrencyModule(runtime::Settings&) {}
  absl::Status Install(runtime::Host& host) override;
};

}  // namespace boutique::currency
