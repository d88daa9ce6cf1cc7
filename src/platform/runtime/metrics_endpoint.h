// SPDX-License-Identifier: Apache-2.0
// Serves a process's metrics over HTTP, on a port of their own: GET /metrics in the Prometheus text format.
// Threads: start and stop from one thread; it answers on a thread of its own, which no load on the loops delays.
#pragma once

#include <prometheus/exposer.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "platform/telemetry/metrics.h"

namespace boutique::runtime {

class MetricsEndpoint {
 public:
  // UNAVAILABLE that names "host:port" if it cannot be listened on; port 0 takes any free one.
  absl::Status Start(const std::string& host, int port, const telemetry::Metrics& metrics);
  void Stop() { exposer_.reset(); }
  // The bound port; 0 before Start.
  int port() const { return port_; }

 private:
  std::unique_ptr<prometheus::Exposer> exposer_;
  int port_ = 0;
};

}  // namespace boutique::runtime
