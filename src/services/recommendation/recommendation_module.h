// SPDX-License-Identifier: Apache-2.0
// Puts RecommendationService into a process.
// Threads: used at start, by one thread.
#pragma once

#include "platform/runtime/process.h"

namespace boutique::recommendation {

class RecommendationModule final : public runtime::Module {
 public:
  explicit RecommendationModule(runtime::Settings& settings);
  absl::Status Install(runtime::Host& host) override;
};

}  // namespace boutique::recommendation
