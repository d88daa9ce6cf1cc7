// SPDX-License-Identifier: Apache-2.0
// A variable of the environment while this lives; what was there before comes back.
// Threads: while no other thread reads the environment.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace boutique::runtime {

class Environment {
 public:
  Environment(std::string name, const std::string& value) : name_(std::move(name)) {
    if (const char* const before = std::getenv(name_.c_str()); before != nullptr) before_ = before;
    setenv(name_.c_str(), value.c_str(), 1);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() {
    if (before_.has_value()) {
      setenv(name_.c_str(), before_->c_str(), 1);
    } else {
      unsetenv(name_.c_str());
    }
  }

 private:
  const std::string name_;
  std::optional<std::string> before_;
};

}  // namespace boutique::runtime
