// SPDX-License-Identifier: Apache-2.0
// Puts PaymentService into a process.
// Threads: used at start, by one thread.
#pragma once

#include <string>

#include "platform/runtime/process.h"

namespace boutique::payment {

class PaymentModule final : public runtime::Module {
 public:
  explicit PaymentModule(runtime::Settings& settings) { settings.DataDirectory(&data_dir_); }
  absl::Status Install(runtime::Host& host) override;

 private:
  std::string data_dir_;
};

}  // namespace boutique::payment
