// SPDX-License-Identifier: Apache-2.0
// Waits for what other threads bring about, without a fixed pause.
// Threads: `condition` is asked on the calling thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace boutique::testing {

// Whether the condition comes to hold before patience ends. Asks again each millisecond.
template <typename Condition>
bool Eventually(Condition condition, std::chrono::nanoseconds patience = std::chrono::seconds(20)) {
  const auto end = std::chrono::steady_clock::now() + patience;
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    never.wait_for(lock, std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace boutique::testing
