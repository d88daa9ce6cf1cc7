// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/metrics_endpoint.h"

#include <exception>

#include "absl/strings/str_cat.h"
#include "platform/rpc/listen_check.h"

namespace boutique::runtime {

absl::Status MetricsEndpoint::Start(const std::string& host, int port, const telemetry::Metrics& metrics) {
  const std::string address = absl::StrCat(host, ":", port);
  if (absl::Status taken = rpc::CheckCanListen(address); !taken.ok()) return taken;
  try {
    exposer_ = std::make_unique<prometheus::Exposer>(address, 1);
    exposer_->RegisterCollectable(metrics.registry());
    exposer_->RegisterCollectable(metrics.process());
    port_ = exposer_->GetListeningPorts().front();
  } catch (const std::exception& error) {
    return absl::UnavailableError(absl::StrCat("cannot serve metrics on ", address, ": ", error.what()));
  }
  return absl::OkStatus();
}

}  // namespace boutique::runtime
