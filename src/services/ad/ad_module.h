// SPDX-License-Identifier: Apache-2.0
// Puts AdService into a process.
// Threads: used at start, by one thread.
#pragma once

#include "platform/runtime/process.h"

namespace boutique::ad {

class AdModule final : public runtime::Module {
 public:
  explicit AdModule(runtime::Settings&) {}
  absl::Status Install(runtime::Host& host) override;
};

}  // namespace boutique::ad
