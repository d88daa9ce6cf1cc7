// SPDX-License-Identifier: Apache-2.0
// Sends finished spans to an OpenTelemetry collector (OTLP over gRPC, plain text), in batches.
// Threads: Record is safe from any thread and never waits; Run belongs to one loop.
#pragma once

#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h"
#include "platform/rpc/client.h"
#include "platform/telemetry/metrics.h"
#include "platform/telemetry/span.h"

namespace boutique::runtime {

class TraceExporter final : public telemetry::SpanSink {
 public:
  // `service_name` is what the collector shows. `metrics` outlives the exporter.
  TraceExporter(std::string service_name, const std::string& collector_address, telemetry::Metrics& metrics);

  // Keeps the span for the next batch. While 4,096 wait, more are dropped and counted in trace_spans_dropped_total: a
  // collector that is away must not cost memory.
  void Record(telemetry::Span span) override;

  // Sends a batch each second until `stop` is asked for, and then the rest. Runs on `loop`.
  coro::Task<void> Run(rpc::Loop& loop, std::stop_token stop);

 private:
  using TraceService = ::opentelemetry::proto::collector::trace::v1::TraceService;
  rpc::Reply<bool> SendBatch(rpc::Loop& loop);

  const std::string service_name_;
  rpc::Client<TraceService> collector_;
  prometheus::Counter& dropped_;
  std::mutex mutex_;
  std::vector<telemetry::Span> waiting_;
};

}  // namespace boutique::runtime
