// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/retry.h"

#include <algorithm>

namespace boutique::rpc {

int RetryBudget::Move(int by) {
  int now = tokens_.load(std::memory_order_relaxed);
  // Nearly always full: then a success writes nothing that other threads share.
  if (by > 0 && now == kMost) return now;
  int next = 0;
  do {
    next = std::clamp(now + by, 0, kMost);
  } while (!tokens_.compare_exchange_weak(now, next, std::memory_order_relaxed));
  return next;
}

std::chrono::nanoseconds Backoff(int attempt, absl::InsecureBitGen& random) {
  const std::int64_t doubled = std::int64_t{20'000'000} << std::min(attempt - 1, 10);
  const std::int64_t longest = std::min<std::int64_t>(500'000'000, doubled);
  return std::chrono::nanoseconds(absl::Uniform<std::int64_t>(random, longest / 2, longest + 1));
}

}  // namespace boutique::rpc
