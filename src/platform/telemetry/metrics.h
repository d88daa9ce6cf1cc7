// SPDX-License-Identifier: Apache-2.0
// The process's Prometheus metrics. Registration locks and is done at start; counting is lock-free or nearly so.
// Safe from any thread.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace boutique::telemetry {

using Labels = std::map<std::string, std::string>;

// Counts the calls of one gRPC method on one side: grpc_{server,client}_started_total, _handled_total by grpc_code and
// _handling_seconds, the names of the gRPC Prometheus convention.
class MethodMetrics {
 public:
  MethodMetrics(prometheus::Registry& registry, const char* side, absl::string_view service, absl::string_view method,
                const char* type);

  void Started() { started_.Increment(); }
  void Handled(absl::StatusCode code, std::chrono::nanoseconds took);

 private:
  prometheus::Counter& CounterOf(std::size_t code);

  prometheus::Counter& started_;
  prometheus::Histogram& seconds_;
  prometheus::Family<prometheus::Counter>& handled_family_;
  const Labels labels_;
  // By gRPC status code; made when a code first occurs, so that a scrape carries no rows of zeros.
  std::array<std::atomic<prometheus::Counter*>, 17> handled_{};
};

class Metrics {
 public:
  Metrics();

  // What is exported. Owns every metric for the life of this object.
  const std::shared_ptr<prometheus::Registry>& registry() const { return registry_; }
  // The process's own: CPU, memory, open files, start.
  const std::shared_ptr<prometheus::Collectable>& process() const { return process_; }

  // Metrics of one's own: the one with these labels, made at the first call for them.
  prometheus::Counter& Counter(const std::string& name, const std::string& help, const Labels& labels = {});
  prometheus::Gauge& Gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  // With buckets from 0.5 ms to 10 s, for durations in seconds.
  prometheus::Histogram& Seconds(const std::string& name, const std::string& help, const Labels& labels = {});

  // The metrics of one method's calls; `side` is "server" or "client", `type` the convention's "unary" or
  // "server_stream".
  std::unique_ptr<MethodMetrics> Method(const char* side, absl::string_view service, absl::string_view method,
                                        const char* type = "unary");

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  std::shared_ptr<prometheus::Collectable> process_;
};

// "OK", "NotFound", "Canceled": the code as the convention spells it; "Unknown" for any other number.
absl::string_view GrpcCodeName(absl::StatusCode code);

}  // namespace boutique::telemetry
