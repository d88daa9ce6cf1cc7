// SPDX-License-Identifier: Apache-2.0
// What was asked for, how long it took and how it failed: the table at the end, the verdict, and the metrics meanwhile.
// Belongs to one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "loadgenerator/latency_histogram.h"
#include "platform/telemetry/metrics.h"

namespace boutique::loadgenerator {

// What a run must reach; what is left as it is here is not asked for.
struct Thresholds {
  std::int64_t least_requests = 0;         // MIN_REQUESTS
  std::int64_t most_failures = -1;         // MAX_FAILURES; negative: any number
  std::chrono::nanoseconds most_p99{0};    // MAX_P99, of all requests together; 0: any
};

class Results {
 public:
  // `metrics` outlives the results.
  explicit Results(telemetry::Metrics& metrics) : metrics_(metrics) {}

  // One request by its name ("GET /cart"), with its redirections. `failure` is its kind ("status 503", "timeout"), or
  // empty: then it went well. Failures count in the percentiles too: a shopper waited for them as well.
  void Note(const std::string& request, std::chrono::nanoseconds latency, const std::string& failure);

  std::int64_t requests() const { return requests_; }
  std::int64_t failures() const { return failures_; }

  // A row for each request with count, failures, rate and latencies, one for all, and one for each kind of failure.
  std::string Table(std::chrono::nanoseconds elapsed) const;
  // One sentence for each threshold that was missed; empty if all were reached.
  std::vector<std::string> Missed(const Thresholds& thresholds) const;

 private:
  struct Row {
    LatencyHistogram latency;
    std::map<std::string, std::int64_t> failures;  // by kind
    prometheus::Histogram* seconds = nullptr;
    prometheus::Counter* ok = nullptr;
  };
  LatencyHistogram All() const;

  telemetry::Metrics& metrics_;
  std::map<std::string, Row> rows_;
  std::int64_t requests_ = 0;
  std::int64_t failures_ = 0;
};

}  // namespace boutique::loadgenerator
