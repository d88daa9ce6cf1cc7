// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/trace_exporter.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "platform/rpc/sleep.h"
#include "platform/telemetry/log.h"

namespace boutique::runtime {
namespace {

namespace otlp = ::opentelemetry::proto::collector::trace::v1;

constexpr std::size_t kMostWaiting = 4096;
constexpr auto kPause = std::chrono::seconds(1);
constexpr auto kPatience = std::chrono::seconds(5);

void AppendBigEndian(std::uint64_t value, std::string* bytes) {
  for (int shift = 56; shift >= 0; shift -= 8) bytes->push_back(static_cast<char>(value >> shift & 0xff));
}

std::string Bytes(std::uint64_t id) {
  std::string bytes;
  if (id != 0) AppendBigEndian(id, &bytes);
  return bytes;
}

std::uint64_t UnixNanos(std::chrono::system_clock::time_point time) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}

void AddText(absl::string_view key, absl::string_view value,
             google::protobuf::RepeatedPtrField<otlp::KeyValue>* attributes) {
  auto* const attribute = attributes->Add();
  attribute->set_key(std::string(key));
  attribute->mutable_value()->set_string_value(std::string(value));
}

// Attributes by https://opentelemetry.io/docs/specs/semconv/rpc/grpc/.
void Fill(const telemetry::Span& span, otlp::Span* message) {
  std::string trace_id;
  AppendBigEndian(span.trace.trace_id[0], &trace_id);
  AppendBigEndian(span.trace.trace_id[1], &trace_id);
  message->set_trace_id(trace_id);
  message->set_span_id(Bytes(span.trace.span_id));
  message->set_parent_span_id(Bytes(span.trace.parent_id));
  message->set_trace_state(span.trace.tracestate);
  message->set_name(absl::StrCat(span.service, "/", span.method));
  message->set_kind(span.kind == telemetry::SpanKind::kServer ? otlp::Span::SPAN_KIND_SERVER
                                                              : otlp::Span::SPAN_KIND_CLIENT);
  message->set_start_time_unix_nano(UnixNanos(span.start));
  message->set_end_time_unix_nano(UnixNanos(span.end));
  AddText("rpc.system", "grpc", message->mutable_attributes());
  AddText("rpc.service", span.service, message->mutable_attributes());
  AddText("rpc.method", span.method, message->mutable_attributes());
  auto* const code = message->add_attributes();
  code->set_key("rpc.grpc.status_code");
  code->mutable_value()->set_int_value(static_cast<std::int64_t>(span.code));
  if (span.code != absl::StatusCode::kOk) message->mutable_status()->set_code(otlp::Status::STATUS_CODE_ERROR);
}

}  // namespace

TraceExporter::TraceExporter(std::string service_name, const std::string& collector_address,
                             telemetry::Metrics& metrics)
    : service_name_(std::move(service_name)),
      // Its own calls leave no spans: they would never end.
      collector_(rpc::Connect(collector_address), metrics, nullptr),
      dropped_(metrics.Counter("trace_spans_dropped_total", "Spans that were not sent to the collector.")) {}

void TraceExporter::Record(telemetry::Span span) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() < kMostWaiting) {
    waiting_.push_back(std::move(span));
  } else {
    dropped_.Increment();
  }
}

coro::Task<void> TraceExporter::Run(rpc::Loop& loop, std::stop_token stop) {
  bool reached = true;
  while (!stop.stop_requested()) {
    const rpc::CallContext pause = rpc::Begin(loop, kPause, stop);
    co_await rpc::Sleep(pause, kPause);
    const auto sent = co_await SendBatch(loop);
    if (sent.ok() != reached) {
      telemetry::Log(telemetry::Severity::kWarning, sent.ok() ? "the trace collector answers again"
                                                              : "the trace collector does not answer");
    }
    reached = sent.ok();
  }
}

rpc::Reply<bool> TraceExporter::SendBatch(rpc::Loop& loop) {
  std::vector<telemetry::Span> batch;
  {
    const std::lock_guard lock(mutex_);
    batch.swap(waiting_);
  }
  if (batch.empty()) co_return true;
  otlp::ExportTraceServiceRequest request;
  auto* const process = request.add_resource_spans();
  AddText("service.name", service_name_, process->mutable_resource()->mutable_attributes());
  auto* const spans = process->add_scope_spans();
  for (const telemetry::Span& span : batch) Fill(span, spans->add_spans());
  const rpc::CallContext call = rpc::Begin(loop, kPatience);
  const auto sent = co_await collector_.Call<&TraceService::Stub::AsyncExport>(call, std::move(request));
  if (!sent.ok()) {
    dropped_.Increment(static_cast<double>(batch.size()));
    co_return sent.status();
  }
  co_return true;
}

}  // namespace boutique::runtime
