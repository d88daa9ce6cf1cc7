// SPDX-License-Identifier: Apache-2.0
// What Prometheus clients export of their own process: process_cpu_seconds_total, process_resident_memory_bytes,
// process_open_fds, process_start_time_seconds. Read when collected; safe from any thread.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

namespace boutique::telemetry {

class ProcessMetrics final : public prometheus::Collectable {
 public:
  ProcessMetrics();
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  double started_;  // seconds since 1970
};

}  // namespace boutique::telemetry
