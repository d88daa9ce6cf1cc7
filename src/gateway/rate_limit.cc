// SPDX-License-Identifier: Apache-2.0
#include "gateway/rate_limit.h"

#include <algorithm>
#include <utility>

namespace boutique::gateway {

RateLimit::RateLimit(std::int64_t per_second, Clock clock)
    : per_second_(static_cast<double>(per_second)),
      capacity_(static_cast<double>(per_second) * 2),
      clock_(std::move(clock)) {}

double RateLimit::TokensAt(const Bucket& bucket, std::chrono::steady_clock::time_point now) const {
  const std::chrono::duration<double> passed = now - bucket.filled;
  return std::min(capacity_, bucket.tokens + passed.count() * per_second_);
}

bool RateLimit::TryTake(absl::string_view visitor) {
  if (per_second_ <= 0) return true;
  const auto now = clock_();
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= sweep_at_) {
    absl::erase_if(buckets_, [&](const auto& each) { return TokensAt(each.second, now) >= capacity_; });
    // Those that stay are within two seconds of their last request: twice as many are what the load needs.
    sweep_at_ = std::max<std::size_t>(1024, buckets_.size() * 2);
  }
  Bucket& bucket = buckets_.try_emplace(visitor, Bucket{capacity_, now}).first->second;
  bucket.tokens = TokensAt(bucket, now);
  bucket.filled = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

bool RateLimit::Has(absl::string_view visitor) const {
  if (per_second_ <= 0) return true;
  const auto now = clock_();
  const std::lock_guard lock(mutex_);
  const auto found = buckets_.find(visitor);
  return found == buckets_.end() || TokensAt(found->second, now) >= 1;
}

std::size_t RateLimit::size() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

}  // namespace boutique::gateway
