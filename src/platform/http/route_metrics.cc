// SPDX-License-Identifier: Apache-2.0
#include "platform/http/route_metrics.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace boutique::http {
namespace {

absl::string_view BoundedMethod(absl::string_view method) {
  static constexpr std::array<absl::string_view, 7> kKnown = {"GET",    "HEAD",    "POST", "PUT",
                                                              "DELETE", "OPTIONS", "PATCH"};
  return std::find(kKnown.begin(), kKnown.end(), method) == kKnown.end() ? "other" : method;
}

}  // namespace

void RouteMetrics::Handled(absl::string_view method, absl::string_view route, int status,
                           std::chrono::nanoseconds took) {
  method = BoundedMethod(method);
  prometheus::Counter* counter = nullptr;
  prometheus::Histogram* seconds = nullptr;
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[absl::StrCat(method, " ", route)];
    if (entry.seconds == nullptr) {
      entry.seconds = &metrics_.Seconds("http_request_duration_seconds", "Time from a request's arrival to its answer",
                                        {{"method", std::string(method)}, {"route", std::string(route)}});
    }
    seconds = entry.seconds;
    prometheus::Counter*& of_status = entry.by_status[status];
    if (of_status == nullptr) {
      of_status = &metrics_.Counter(
          "http_requests_total", "Requests answered",
          {{"method", std::string(method)}, {"route", std::string(route)}, {"code", absl::StrCat(status)}});
    }
    counter = of_status;
  }
  counter->Increment();
  seconds->Observe(std::chrono::duration<double>(took).count());
}

}  // namespace boutique::http
