// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/client_core.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "platform/rpc/status.h"

namespace boutique::rpc {

namespace {

// Whether the address is of a kind that can mean several peers at once.
bool NamesSeveral(absl::string_view address) {
  return absl::StartsWith(address, "dns:") || absl::StartsWith(address, "ipv4:") || absl::StartsWith(address, "ipv6:");
}

}  // namespace

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  if (NamesSeveral(address)) {
    arguments.SetLoadBalancingPolicyName("round_robin");
    // A name is asked for again when a connection ends; by default not within 30 s of the last time, in which new peers
    // would get nothing.
    arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 5000);
  }
  // Retries are the Client's, the same for sockets and in-process channels.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  // By default a peer that was away would be looked for only every two minutes.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

namespace internal {
namespace {

const google::protobuf::ServiceDescriptor& DescriptorOf(absl::string_view service) {
  const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(std::string(service));
  if (found == nullptr) {
    std::fprintf(stderr, "the contract has no service %s\n", std::string(service).c_str());
    std::abort();
  }
  return *found;
}

void HandOn(const char* key, const std::string& value, grpc::ClientContext& context) {
  if (!value.empty() && telemetry::MayTravel(value)) context.AddMetadata(key, value);
}

}  // namespace

absl::Status StatusOfPeer(const grpc::Status& status, const CallContext& call) {
  const bool is_peers = status.error_code() == grpc::StatusCode::CANCELLED && !call.cancelled.stop_requested();
  if (is_peers) return absl::UnavailableError(absl::StrCat("the peer cancelled the call: ", status.error_message()));
  return FromGrpc(status);
}

bool IsUnseen(const grpc::Status& status, const CallContext& call) {
  return status.error_code() == grpc::StatusCode::CANCELLED && status.error_message() == kUnseenCall &&
         !call.cancelled.stop_requested();
}

int MethodIndex(absl::string_view service, absl::string_view method) {
  const auto* found = DescriptorOf(service).FindMethodByName(std::string(method));
  if (found == nullptr) {
    std::fprintf(stderr, "%s has no method %s\n", std::string(service).c_str(), std::string(method).c_str());
    std::abort();
  }
  return found->index();
}

ClientCore::ClientCore(absl::string_view service, telemetry::Metrics& metrics, telemetry::SpanSink* spans)
    : service_(service), spans_(spans) {
  const auto& descriptor = DescriptorOf(service);
  for (int i = 0; i < descriptor.method_count(); ++i) {
    const auto& method = *descriptor.method(i);
    methods_.push_back({.name = std::string(method.name()),
                        .idempotent = method.options().idempotency_level() !=
                                      google::protobuf::MethodOptions::IDEMPOTENCY_UNKNOWN,
                        .metrics = metrics.Method("client", service, std::string(method.name()),
                                                  method.server_streaming() ? "server_stream" : "unary")});
  }
}

void ClientCore::Prepare(const CallContext& call, const telemetry::TraceContext& span,
                         grpc::ClientContext& context) const {
  context.set_deadline(call.deadline);
  if (span.IsSet()) context.AddMetadata("traceparent", telemetry::WriteTraceparent(span));
  if (span.speaks_b3) context.AddMetadata("b3", telemetry::WriteB3(span));
  HandOn("tracestate", span.tracestate, context);
  HandOn("baggage", span.baggage, context);
  HandOn("x-request-id", span.request_id, context);
}

void ClientCore::Ended(CalledMethod& method, const telemetry::TraceContext& span,
                       std::chrono::steady_clock::time_point start, const absl::Status& status) {
  const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - start;
  method.metrics->Handled(status.code(), took);
  if (spans_ == nullptr || !span.sampled) return;
  telemetry::Span ended;
  ended.trace = span;
  ended.service = service_;
  ended.method = method.name;
  ended.kind = telemetry::SpanKind::kClient;
  ended.end = std::chrono::system_clock::now();
  ended.start = ended.end - std::chrono::duration_cast<std::chrono::system_clock::duration>(took);
  ended.code = status.code();
  spans_->Record(std::move(ended));
}

bool ClientCore::ShouldRetry(const CalledMethod& method, const CallContext& call, int attempt,
                             const absl::Status& status, bool is_unseen, std::chrono::nanoseconds* pause) {
  if (status.ok()) {
    budget_.OnSuccess();
    return false;
  }
  if (!absl::IsUnavailable(status)) return false;
  if (is_unseen) {
    *pause = Backoff(attempt, call.loop->random());
    return attempt < kMostUnseenAttempts && call.Left() > *pause;
  }
  const bool affordable = budget_.OnFailure();
  if (!method.idempotent || !affordable || attempt >= kMostAttempts) return false;
  *pause = Backoff(attempt, call.loop->random());
  return call.Left() > *pause;
}

}  // namespace internal
}  // namespace boutique::rpc
