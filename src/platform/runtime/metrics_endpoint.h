// SPDX-License-Identifier: Apache-2.0
// Serves a process's metrics over HTTP, on a port of their own: GET /metrics in the Prometheus text format.
// Threads: start and stop from one thread; it answers on a thread of its own, which no load on the loops delays.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "platform/telemetry/metrics.h"

namespace boutique::runtime {

class MetricsEndpoint {
 public:
  MetricsEndpoint();
  ~MetricsEndpoint();

  // UNAVAILABLE that names "host:port" if it cannot be listened on; port 0 takes any free one. `host` is an IP address.
  // `metrics` lives until Stop.
  absl::Status Start(const std::string& host, int port, const telemetry::Metrics& metrics);
  // Closes every connection and returns at once.
  void Stop();
  // The bound port; 0 before Start.
  int port() const;

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace boutique::runtime
