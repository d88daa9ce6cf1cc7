// SPDX-License-Identifier: Apache-2.0
// How many requests one visitor may make: a bucket of tokens for each.
// Safe from any thread.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace boutique::gateway {

class RateLimit {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // So many a second in the long run, and twice as many at once. 0: no limit.
  explicit RateLimit(std::int64_t per_second, Clock clock = std::chrono::steady_clock::now);

  // Takes one token of this visitor's; false if there is none.
  bool TryTake(absl::string_view visitor);

  // Whether TryTake would find one now.
  bool Has(absl::string_view visitor) const;

  // How many visitors are remembered; those whose buckets are full again are forgotten now and then.
  std::size_t size() const;

 private:
  struct Bucket {
    double tokens;
    std::chrono::steady_clock::time_point filled;
  };
  double TokensAt(const Bucket& bucket, std::chrono::steady_clock::time_point now) const;

  const double per_second_;
  const double capacity_;
  const Clock clock_;
  mutable std::mutex mutex_;
  absl::flat_hash_map<std::string, Bucket> buckets_;
  std::size_t sweep_at_ = 1024;
};

}  // namespace boutique::gateway
