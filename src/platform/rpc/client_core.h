// SPDX-License-Identifier: Apache-2.0
// What every Client has, whatever service it calls: names, metrics, retry rules. Safe from any thread once connected.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/retry.h"
#include "platform/telemetry/metrics.h"
#include "platform/telemetry/span.h"

namespace boutique::rpc {

// A channel to "host:port" or "unix:path", or to several peers that are called in turn, "dns:///name:port" (every address
// of that name) or "ipv4:host:port,host:port": no TLS (the mesh adds it), no service config, quick reconnection. It
// connects when first used.
std::shared_ptr<grpc::Channel> Connect(const std::string& address);

namespace internal {

class ClientCore {
 public:
  // `service` is a full name of the generated descriptor pool. `metrics` and `spans` (may be null) outlive the core.
  ClientCore(absl::string_view service, telemetry::Metrics& metrics, telemetry::SpanSink* spans);

  struct CalledMethod {
    std::string name;
    bool idempotent = false;  // by the contract's idempotency_level
    std::unique_ptr<telemetry::MethodMetrics> metrics;
  };
  CalledMethod& method(int index) { return methods_[static_cast<std::size_t>(index)]; }

  // Fills the context of one attempt: deadline, trace and baggage.
  void Prepare(const CallContext& call, const telemetry::TraceContext& span, grpc::ClientContext& context) const;
  // Notes the end of one attempt.
  void Ended(CalledMethod& method, const telemetry::TraceContext& span, std::chrono::steady_clock::time_point start,
             const absl::Status& status);
  // Whether the call is to be tried again, after a pause that still leaves it time. A call that no handler has seen may
  // be, whatever its method, and says nothing of how its peer copes: the budget is not asked.
  bool ShouldRetry(const CalledMethod& method, const CallContext& call, int attempt, const absl::Status& status,
                   bool is_unseen, std::chrono::nanoseconds* pause);

 private:
  const std::string service_;
  telemetry::SpanSink* const spans_;
  std::vector<CalledMethod> methods_;
  RetryBudget budget_;
};

// What a call ended with. gRPC cancels a call that comes to a server which has begun to stop, before any handler has seen
// it: what the peer cancelled and the caller did not is UNAVAILABLE.
absl::Status StatusOfPeer(const grpc::Status& status, const CallContext& call);

// Whether the peer ended the call so.
bool IsUnseen(const grpc::Status& status, const CallContext& call);

// The method's place in its service; ends the process if the contract has no such method.
int MethodIndex(absl::string_view service, absl::string_view method);

}  // namespace internal
}  // namespace boutique::rpc
