// SPDX-License-Identifier: Apache-2.0
// Puts EmailService into a process.
// Threads: used at start, by one thread.
#pragma once

#include "platform/runtime/process.h"

namespace boutique::email {

class EmailModule final : public runtime::Module {
 public:
  explicit EmailModule(runtime::Settings&) {}
  absl::Status Install(runtime::Host& host) override;
};

}  // namespace boutique::email
