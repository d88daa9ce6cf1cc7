// SPDX-License-Identifier: Apache-2.0
#include "loadgenerator/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace boutique::loadgenerator {
namespace {

constexpr std::uint64_t kParts = 64;  // of each power of two: a bucket is at most 1/64 of its value wide
constexpr int kPartBits = 6;

std::size_t BucketOf(std::uint64_t micros) {
  if (micros < kParts) return micros;
  const int shift = std::bit_width(micros) - 1 - kPartBits;
  return kParts * static_cast<std::uint64_t>(shift) + (micros >> shift);
}

// The largest value that falls into the bucket.
std::uint64_t UpperEnd(std::size_t bucket) {
  if (bucket < kParts) return bucket;
  const std::size_t shift = bucket / kParts - 1;
  return ((bucket - kParts * shift + 1) << shift) - 1;
}

}  // namespace

void LatencyHistogram::Record(std::chrono::nanoseconds latency) {
  latency = std::clamp<std::chrono::nanoseconds>(latency, std::chrono::nanoseconds(0), std::chrono::hours(1));
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
  const std::size_t bucket = BucketOf(static_cast<std::uint64_t>(micros));
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  ++buckets_[bucket];
  ++count_;
  sum_ += latency;
  max_ = std::max(max_, latency);
}

std::chrono::nanoseconds LatencyHistogram::Mean() const {
  return count_ == 0 ? std::chrono::nanoseconds(0) : sum_ / count_;
}

std::chrono::nanoseconds LatencyHistogram::Percentile(double fraction) const {
  const auto wanted = static_cast<std::int64_t>(std::ceil(fraction * static_cast<double>(count_)));
  std::int64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    // One microsecond more: what was recorded had been cut to whole ones.
    if (seen >= wanted && seen > 0) {
      return std::min<std::chrono::nanoseconds>(std::chrono::microseconds(UpperEnd(bucket) + 1), max_);
    }
  }
  return std::chrono::nanoseconds(0);
}

void LatencyHistogram::Add(const LatencyHistogram& other) {
  if (other.buckets_.size() > buckets_.size()) buckets_.resize(other.buckets_.size());
  for (std::size_t bucket = 0; bucket < other.buckets_.size(); ++bucket) buckets_[bucket] += other.buckets_[bucket];
  count_ += other.count_;
  sum_ += other.sum_;
  max_ = std::max(max_, other.max_);
}

}  // namespace boutique::loadgenerator
