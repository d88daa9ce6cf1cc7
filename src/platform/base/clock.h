// SPDX-License-Identifier: Apache-2.0
// The wall clock as a dependency, so that tests can set it. Implementations are safe from any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace boutique::base {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::system_clock::time_point Now() const = 0;

  // Milliseconds since 1970.
  std::int64_t NowMs() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Now().time_since_epoch()).count();
  }
};

// The machine's own clock.
class SystemClock final : public Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return std::chrono::system_clock::now(); }

  // One for everybody: it has no state.
  static const SystemClock& Instance() {
    static const SystemClock clock;
    return clock;
  }
};

}  // namespace boutique::base
