// SPDX-License-Identifier: Apache-2.0
// Durations counted in buckets whose width grows with the value, so that every percentile is known to within 1.6 %.
// Belongs to one thread at a time.
//
// The bucketing is that of the HDR histogram (Gil Tene, hdrhistogram.org): powers of two, each cut into equal parts.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace boutique::loadgenerator {

class LatencyHistogram {
 public:
  // Counts a duration, to the microsecond; a negative one as 0, one over an hour as an hour.
  void Record(std::chrono::nanoseconds latency);

  std::int64_t count() const { return count_; }
  // 0 when nothing was recorded.
  std::chrono::nanoseconds Mean() const;
  std::chrono::nanoseconds Max() const { return max_; }
  // The least duration that `fraction` (above 0, at most 1) of those recorded do not exceed, rounded up to its bucket's
  // upper end and never over Max; 0 when nothing was recorded.
  std::chrono::nanoseconds Percentile(double fraction) const;

  void Add(const LatencyHistogram& other);

 private:
  std::vector<std::int64_t> buckets_;
  std::int64_t count_ = 0;
  std::chrono::nanoseconds sum_{0};
  std::chrono::nanoseconds max_{0};
};

}  // namespace boutique::loadgenerator
