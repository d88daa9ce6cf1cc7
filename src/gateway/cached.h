// SPDX-License-Identifier: Apache-2.0
// A value that is good for a while. Safe from any thread.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <utility>

namespace boutique::gateway {

template <typename T>
class Cached {
 public:
  explicit Cached(std::chrono::nanoseconds good_for) : good_for_(good_for) {}

  // The value, or null if there is none or it is too old.
  std::shared_ptr<const T> Get() const {
    const std::lock_guard lock(mutex_);
    return std::chrono::steady_clock::now() < until_ ? value_ : nullptr;
  }
  // Replaces the value.
  std::shared_ptr<const T> Set(T value) {
    auto fresh = std::make_shared<const T>(std::move(value));
    const std::lock_guard lock(mutex_);
    value_ = fresh;
    until_ = std::chrono::steady_clock::now() + good_for_;
    return fresh;
  }

 private:
  const std::chrono::nanoseconds good_for_;
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
  std::chrono::steady_clock::time_point until_{};
};

}  // namespace boutique::gateway
