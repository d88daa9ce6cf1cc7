// SPDX-License-Identifier: Apache-2.0
// Decides how many calls a loop serves at once, so that an overloaded server refuses early instead of answering late.
// Threads: belongs to one loop.
#pragma once

#include <chrono>
#include <cstdint>

namespace boutique::rpc {

// The limit follows the ratio of the usual latency to the latest one: as calls queue behind a slow dependency, latency
// rises, the limit falls, and what is over it is refused. After Netflix's concurrency-limits, class Gradient2Limit
// (https://github.com/Netflix/concurrency-limits), with its constants: tolerance 1.5, smoothing 0.2, a long-term
// average over 600 windows, a queue allowance of 4.
class Admission {
 public:
  // The limit moves between `least` and `most`, and begins at `most`.
  explicit Admission(int least = 64, int most = 2048) : least_(least), most_(most), limit_(most) {}

  // Whether one more call may be served. If so, a Leave must follow.
  bool TryEnter() {
    if (in_flight_ >= static_cast<int>(limit_)) return false;
    ++in_flight_;
    return true;
  }
  // One call has ended after `took`.
  void Leave(std::chrono::nanoseconds took) {
    const int in_flight = in_flight_--;
    if (in_flight > peak_) peak_ = in_flight;
    sum_ += static_cast<double>(took.count());
    if (++count_ == kWindow) Adapt();
  }

  int limit() const { return static_cast<int>(limit_); }
  int in_flight() const { return in_flight_; }

 private:
  static constexpr int kWindow = 100;
  void Adapt();

  const int least_;
  const int most_;
  double limit_;
  double usual_ = 0;  // long-term average latency, ns
  double sum_ = 0;    // of this window's latencies, ns
  int count_ = 0;     // calls of this window
  int peak_ = 0;      // most calls at once in this window
  int in_flight_ = 0;
};

}  // namespace boutique::rpc
