// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/process.h"

#include <algorithm>
#include <utility>

#include "platform/telemetry/log.h"

namespace boutique::runtime {

Process::Process(About about) : settings_(std::move(about)), host_settings_(settings_) {}

Process::~Process() { Stop(); }

std::vector<absl::Status> Process::Start(const std::vector<std::string>& arguments) {
  std::vector<absl::Status> problems = settings_.Parse(arguments);
  if (settings_.help_wanted() || !problems.empty()) return problems;
  telemetry::Severity least = telemetry::Severity::kInfo;
  if (absl::Status bad = telemetry::ParseSeverity(host_settings_.log_level, &least); !bad.ok()) return {bad};
  telemetry::StartLog(settings_.about().name, least);

  host_ = std::make_unique<Host>(settings_, host_settings_);
  for (auto& module : modules_) {
    absl::Status bad = module->Install(*host_);
    // One data directory that cannot be used is a problem of several modules, and yet one.
    if (!bad.ok() && std::find(problems.begin(), problems.end(), bad) == problems.end()) {
      problems.push_back(std::move(bad));
    }
  }
  if (problems.empty()) problems = host_->Start();
  if (!problems.empty()) host_.reset();
  return problems;
}

void Process::Stop() {
  if (host_ == nullptr) return;
  host_->Stop();
  exit_status_ = host_->exit_status();
  host_.reset();
}

std::string Process::AddressOf(const std::string& what) const {
  if (host_ == nullptr) return "";
  for (const auto& [name, where] : host_->announced()) {
    if (name == what) return where;
  }
  return "";
}

}  // namespace boutique::runtime
