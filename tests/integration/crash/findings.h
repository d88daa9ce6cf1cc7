// SPDX-License-Identifier: Apache-2.0
// What a check finds.
// Threads: safe from any, but for what says otherwise.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "integration/crash/checker.h"

namespace boutique::crash {

class Findings {
 public:
  void Object(std::string invariant, std::string about, std::string text) {
    const std::lock_guard lock(mutex_);
    report_.objections.push_back({std::move(invariant), std::move(about), std::move(text)});
  }
  void Count(const std::string& what, int by = 1) {
    const std::lock_guard lock(mutex_);
    report_.counts[what] += by;
  }
  void Seen(const std::string& order_id, bool is_confirmed) {
    const std::lock_guard lock(mutex_);
    seen_[order_id] = is_confirmed;
  }
  void Fail(const absl::Status& failure) {
    const std::lock_guard lock(mutex_);
    failure_.Update(failure);
  }
  // By id, whether they are confirmed. When all threads have ended.
  const std::map<std::string, bool>& seen() const { return seen_; }
  absl::StatusOr<Report> Take() {
    if (!failure_.ok()) return failure_;
    return std::move(report_);
  }

 private:
  std::mutex mutex_;
  Report report_;
  std::map<std::string, bool> seen_;
  absl::Status failure_;
};

}  // namespace boutique::crash
