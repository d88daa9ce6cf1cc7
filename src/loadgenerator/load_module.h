// SPDX-License-Identifier: Apache-2.0
// The load generator as a part of a program: begins with it, prints its table and gives its verdict when it ends.
// Threads: belongs to the thread that starts and stops the program.
#pragma once

#include <memory>
#include <string>

#include "loadgenerator/load.h"
#include "loadgenerator/plan.h"
#include "loadgenerator/results.h"
#include "platform/runtime/process.h"

namespace boutique::loadgenerator {

// The exit status of a run that missed a threshold, or had no shop; 1 is a program that could not start.
inline constexpr int kMissed = 3;

class LoadModule final : public runtime::Module {
 public:
  explicit LoadModule(runtime::Settings& settings);
  absl::Status Install(runtime::Host& host) override;

 private:
  absl::Status ReadPlan();
  void Report(runtime::Host& host) const;

  const runtime::Settings& settings_;
  std::string user_;
  std::string password_;
  Plan plan_;
  Thresholds thresholds_;
  std::unique_ptr<Results> results_;
  std::unique_ptr<Load> load_;
};

}  // namespace boutique::loadgenerator
