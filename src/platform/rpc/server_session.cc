// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/server_session.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "platform/telemetry/log.h"

namespace boutique::rpc::internal {
namespace {

using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

absl::string_view ValueOf(const Metadata& metadata, absl::string_view key) {
  const auto found = metadata.find(grpc::string_ref(key.data(), key.size()));
  return found == metadata.end() ? absl::string_view() : absl::string_view(found->second.data(), found->second.size());
}

// A header that is handed on, and may come in several lines, as one list (RFC 9110, section 5.3); empty if it must not
// travel.
std::string ListOf(const Metadata& metadata, absl::string_view key) {
  std::string list;
  const auto lines = metadata.equal_range(grpc::string_ref(key.data(), key.size()));
  for (auto line = lines.first; line != lines.second; ++line) {
    absl::StrAppend(&list, list.empty() ? "" : ",", absl::string_view(line->second.data(), line->second.size()));
  }
  if (!telemetry::MayTravel(list)) list.clear();
  return list;
}

// Many calls carry nothing of ours: only what gRPC adds where there is a socket.
bool HasOnlyUserAgent(const Metadata& metadata) {
  return metadata.empty() || (metadata.size() == 1 && metadata.begin()->first == "user-agent");
}

void ReadTrace(const Metadata& metadata, telemetry::TraceContext* trace) {
  if (HasOnlyUserAgent(metadata)) return;
  trace->request_id = ListOf(metadata, "x-request-id");
  trace->baggage = ListOf(metadata, "baggage");
  const absl::string_view b3_trace = ValueOf(metadata, "x-b3-traceid");
  const absl::string_view b3 = ValueOf(metadata, "b3");
  if (telemetry::ReadTraceparent(ValueOf(metadata, "traceparent"), trace)) {
    trace->tracestate = ListOf(metadata, "tracestate");
    trace->speaks_b3 = !b3.empty() || !b3_trace.empty();
    return;
  }
  if (telemetry::ReadB3(b3, trace)) return;
  telemetry::ReadB3Multi(b3_trace, ValueOf(metadata, "x-b3-spanid"), ValueOf(metadata, "x-b3-sampled"), trace);
}

// Faults of ours are worth a line; a caller's mistakes and the weather are counted in the metrics.
bool IsFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss;
}

}  // namespace

void ServerSession::OnArrived(bool ok) {
  if (!ok) {  // the server is shutting down
    delete this;
    return;
  }
  start_ = std::chrono::steady_clock::now();
  method_.calls->Enter();
  ArmNext();
  method_.metrics->Started();
  const auto now = std::chrono::system_clock::now();
  const auto after = [now](std::chrono::nanoseconds budget) {
    return now + std::chrono::duration_cast<std::chrono::system_clock::duration>(budget);
  };
  call_.deadline = context_.deadline();
  if (call_.deadline == std::chrono::system_clock::time_point::max()) {
    if (!method_.is_stream) call_.deadline = after(method_.options->default_deadline);
  } else if (!method_.is_stream) {
    call_.deadline = std::min(call_.deadline, after(method_.options->longest_deadline));
  }
  call_.cancelled = stop_.get_token();
  call_.loop = &loop_.loop;
  ReadTrace(context_.client_metadata(), &call_.trace);
  telemetry::StartSpan(&call_.trace, &loop_.loop.random());
  if (method_.options->spans != nullptr && call_.trace.sampled) span_start_ = now;

  if (loop_.is_closed) return Refuse(absl::UnavailableError("the server is stopping"));
  if (loop_.is_in_process) on_expiry_.emplace(loop_.expired.get_token(), RequestStop{&stop_});
  if (call_.deadline <= now) return Refuse(absl::DeadlineExceededError("the deadline has passed"));
  const bool is_exempt = method_.is_stream || method_.always_admitted;
  admitted_ = !is_exempt && loop_.admission.TryEnter();
  if (!admitted_ && !is_exempt) return Refuse(absl::ResourceExhaustedError("the server is busy"));
  Invoke();
}

void ServerSession::Refuse(const absl::Status& status) {
  Answered(status);
  SendError(ToGrpc(status));
}

absl::Status ServerSession::NotAMessage() {
  return absl::InvalidArgumentError("the request is not a message of this method, or holds text that is not UTF-8");
}

void ServerSession::Answered(const absl::Status& status) {
  const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - start_;
  if (admitted_) loop_.admission.Leave(took);
  method_.metrics->Handled(status.code(), took);
  if (span_start_.has_value()) {
    telemetry::Span span;
    span.trace = call_.trace;
    span.service = method_.service;
    span.method = method_.name;
    span.start = *span_start_;
    span.end = *span_start_ + std::chrono::duration_cast<std::chrono::system_clock::duration>(took);
    span.code = status.code();
    method_.options->spans->Record(std::move(span));
  }
  if (IsFault(status.code())) {
    telemetry::Log(telemetry::Severity::kError, "a call failed",
                   {{"rpc.service", method_.service},
                    {"rpc.method", method_.name},
                    {"rpc.grpc.status_code", static_cast<int>(status.code())},
                    {"error", status.message()},
                    {"trace_id", call_.trace.TraceIdHex()}});
  } else if (telemetry::Logs(telemetry::Severity::kDebug)) {
    telemetry::Log(telemetry::Severity::kDebug, "a call ended",
                   {{"rpc.service", method_.service},
                    {"rpc.method", method_.name},
                    {"rpc.grpc.status_code", static_cast<int>(status.code())},
                    {"took_us", static_cast<std::int64_t>(took.count() / 1000)},
                    {"trace_id", call_.trace.TraceIdHex()}});
  }
}

void ServerSession::EndWhenDraining() { on_drain_.emplace(loop_.draining.get_token(), RequestStop{&stop_}); }

absl::Status ServerSession::DrainedOr(absl::Status status) const {
  return loop_.draining.stop_requested() ? absl::UnavailableError("the server is stopping") : status;
}

void ServerSession::OnDone() {
  if (context_.IsCancelled()) stop_.request_stop();
  Release();
}

bool ServerSession::MustAwaitTurn() {
  // Who has gone awaits nothing, and its call does not keep the connection open.
  const bool is_awaited = loop_.farewell != nullptr && !stop_.stop_requested();
  if (is_awaited) connection_ = loop_.farewell->Find(context_.peer());
  return connection_ != nullptr;
}

void ServerSession::OnSent() {
  if (connection_ != nullptr) connection_->Written();
  Release();
}

void ServerSession::Release() {
  if (--pending_ > 0) return;
  coro::TaskScope& calls = *method_.calls;
  delete this;
  calls.Leave();
}

}  // namespace boutique::rpc::internal
