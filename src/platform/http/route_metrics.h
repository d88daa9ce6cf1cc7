// SPDX-License-Identifier: Apache-2.0
// Counts requests: http_requests_total{method,route,code} and http_request_duration_seconds{method,route}.
// Safe from any thread.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "absl/strings/string_view.h"
#include "platform/http/router.h"
#include "platform/telemetry/metrics.h"

namespace boutique::http {

// The labels are bounded: a route is one of the router's patterns, or "" for what matched none; a method is one of
// HTTP's, or "other".
class RouteMetrics {
 public:
  explicit RouteMetrics(telemetry::Metrics& metrics) : metrics_(metrics) {}

  void Handled(absl::string_view method, absl::string_view route, int status, std::chrono::nanoseconds took);

 private:
  struct Entry {
    prometheus::Histogram* seconds = nullptr;
    std::map<int, prometheus::Counter*> by_status;
  };
  telemetry::Metrics& metrics_;
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;  // by method and route
};

}  // namespace boutique::http
