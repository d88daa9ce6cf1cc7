// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/admission.h"

#include <algorithm>

namespace boutique::rpc {

void Admission::Adapt() {
  constexpr double kTolerance = 1.5;
  constexpr double kSmoothing = 0.2;
  constexpr double kLongWindow = 600;
  constexpr double kQueue = 4;

  const double latest = sum_ / count_;
  usual_ = usual_ == 0 ? latest : usual_ + (latest - usual_) * 2 / (kLongWindow + 1);
  // After a long time of slowness the average must not keep the limit open for as long again.
  if (usual_ > latest * 2) usual_ *= 0.95;
  const int peak = peak_;
  sum_ = 0;
  count_ = 0;
  peak_ = 0;
  // A server that is not near its limit learns nothing about it.
  if (peak < limit_ / 2 && latest <= usual_ * kTolerance) return;
  const double gradient = std::clamp(kTolerance * usual_ / latest, 0.5, 1.0);
  const double wanted = limit_ * gradient + kQueue;
  limit_ = std::clamp(limit_ * (1 - kSmoothing) + wanted * kSmoothing, double(least_), double(most_));
}

}  // namespace boutique::rpc
