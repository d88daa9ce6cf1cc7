// SPDX-License-Identifier: Apache-2.0
// When and how soon a failed call is tried again.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "absl/random/random.h"

namespace boutique::rpc {

// At most this many attempts at one call.
inline constexpr int kMostAttempts = 3;
// The same for those that no handler has seen: in the pauses the news of a server's end comes to its callers.
inline constexpr int kMostUnseenAttempts = 5;

// Bounds the share of retries, so that a peer in trouble is not buried: as the retry throttling of gRPC's proposal A6
// (https://github.com/grpc/proposal/blob/master/A6-client-retries.md), with 10 tokens of which a failure takes one and
// a success returns a tenth; retries are allowed above half. Safe from any thread.
class RetryBudget {
 public:
  void OnSuccess() { Move(kTenth); }
  // Notes a failure and answers whether it may be retried.
  bool OnFailure() { return Move(-10 * kTenth) > kMost / 2; }

 private:
  static constexpr int kTenth = 1;
  static constexpr int kMost = 100;
  int Move(int by);
  std::atomic<int> tokens_{kMost};
};

// The pause before attempt `attempt` + 1: exponential from 20 ms, at most 500 ms, between half and all of it at random
// ("equal jitter").
std::chrono::nanoseconds Backoff(int attempt, absl::InsecureBitGen& random);

}  // namespace boutique::rpc
