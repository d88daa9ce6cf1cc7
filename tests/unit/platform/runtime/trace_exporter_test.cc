// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/trace_exporter.h"

#include <map>
#include <mutex>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "scripted_module.h"
#include "support/eventually.h"
#include "support/prometheus_text.h"
#include "support/raw_http.h"
#include "unit/platform/rpc/raw_grpc.h"

namespace boutique::runtime {

namespace otlp = ::opentelemetry::proto::collector::trace::v1;

// Keeps what it is sent.
struct FakeCollector {
  FakeCollector() {
    using Async = otlp::TraceService::AsyncService;
    server.Add<otlp::TraceService>(*this, rpc::Method<&Async::RequestExport, &FakeCollector::Export>{});
    const auto port = server.Start("127.0.0.1:0");
    REQUIRE_OK(port);
    address = absl::StrCat("127.0.0.1:", *port);
  }
  rpc::Reply<otlp::ExportTraceServiceResponse> Export(const rpc::CallContext&,
                                                      const otlp::ExportTraceServiceRequest& request) {
    const std::lock_guard lock(mutex);
    for (const auto& of_process : request.resource_spans()) {
      process = of_process.resource().attributes(0).value().string_value();
      for (const auto& of_scope : of_process.scope_spans()) {
        for (const auto& span : of_scope.spans()) spans[span.name()].push_back(span);
      }
    }
    co_return otlp::ExportTraceServiceResponse();
  }
  std::vector<otlp::Span> Named(const std::string& name) {
    const std::lock_guard lock(mutex);
    return spans[name];
  }

  telemetry::Metrics metrics;
  rpc::Server server{{}, metrics};
  std::string address;
  std::mutex mutex;
  std::string process;
  std::map<std::string, std::vector<otlp::Span>> spans;
};

namespace {

const std::string kCall = "hipstershop.CurrencyService/GetSupportedCurrencies";
const std::string kTrace = "0af7651916cd43dd8448eb211c80319c";
const std::string kSpan = "b7ad6b7169203331";

absl::Status CallWithin(Bureau& bureau, const std::string& traceparent) {
  grpc::ClientContext context;
  context.AddMetadata("traceparent", traceparent);
  pb::GetSupportedCurrenciesResponse response;
  return rpc::FromGrpc(pb::CurrencyService::NewStub(bureau.channel)->GetSupportedCurrencies(&context, {}, &response));
}

TEST_CASE("finished calls come to the collector as spans of their trace", "[trace_exporter]") {
  FakeCollector collector;
  Bureau bureau;
  REQUIRE(bureau.Start({"--enable-tracing", "--collector-service-addr=" + collector.address,
                        "--otel-service-name=bureau"})
              .empty());
  REQUIRE_OK(CallWithin(bureau, "00-" + kTrace + "-" + kSpan + "-01"));
  CHECK(testing::Eventually([&] { return collector.Named(kCall).size() == 1; }));
  const auto spans = collector.Named(kCall);
  REQUIRE(spans.size() == 1);
  const otlp::Span& span = spans[0];
  CHECK(collector.process == "bureau");
  CHECK(absl::BytesToHexString(span.trace_id()) == kTrace);
  CHECK(absl::BytesToHexString(span.parent_span_id()) == kSpan);
  CHECK(span.span_id().size() == 8);
  CHECK(span.kind() == otlp::Span::SPAN_KIND_SERVER);
  CHECK(span.start_time_unix_nano() > 1'700'000'000'000'000'000);
  CHECK(span.end_time_unix_nano() >= span.start_time_unix_nano());
  CHECK(span.status().code() == otlp::Status::STATUS_CODE_UNSET);
  std::map<std::string, std::string> attributes;
  for (const auto& each : span.attributes()) attributes[each.key()] = each.value().string_value();
  CHECK(attributes["rpc.system"] == "grpc");
  CHECK(attributes["rpc.service"] == "hipstershop.CurrencyService");
  CHECK(attributes["rpc.method"] == "GetSupportedCurrencies");
  CHECK(attributes.count("rpc.grpc.status_code") == 1);
}

TEST_CASE("a process that stops sends what it has first", "[trace_exporter]") {
  FakeCollector collector;
  Bureau bureau;
  REQUIRE(bureau.Start({"--enable-tracing", "--collector-service-addr=" + collector.address}).empty());
  for (int i = 0; i < 5; ++i) REQUIRE_OK(bureau.Call());
  bureau.process.Stop();
  CHECK(collector.Named(kCall).size() == 5);
}

TEST_CASE("what the caller does not sample is not sent", "[trace_exporter]") {
  FakeCollector collector;
  Bureau bureau;
  REQUIRE(bureau.Start({"--enable-tracing", "--collector-service-addr=" + collector.address}).empty());
  REQUIRE_OK(CallWithin(bureau, "00-" + kTrace + "-" + kSpan + "-00"));
  bureau.process.Stop();
  CHECK(collector.Named(kCall).empty());
}

TEST_CASE("nobody's header keeps the others' spans from the collector", "[trace_exporter]") {
  FakeCollector collector;
  Bureau bureau;
  REQUIRE(bureau.Start({"--enable-tracing", "--collector-service-addr=" + collector.address}).empty());
  REQUIRE(rpc::RawGrpc(bureau.process.host().grpc_port())
              .Call("/" + kCall, {{"traceparent", "00-" + kTrace + "-" + kSpan + "-01"}, {"tracestate", "\xff\xfe"}}));
  REQUIRE_OK(bureau.Call());
  bureau.process.Stop();
  CHECK(collector.Named(kCall).size() == 2);
}

TEST_CASE("a collector that is away costs spans, which are counted, and nothing else", "[trace_exporter]") {
  Bureau bureau;
  REQUIRE(bureau.Start({"--enable-tracing", "--collector-service-addr=127.0.0.1:1"}).empty());
  for (int i = 0; i < 3; ++i) REQUIRE_OK(bureau.Call());
  CHECK(testing::Eventually([&] {
    const auto page = testing::Exchange(bureau.process.host().metrics_port(), testing::GetRequest("/metrics"));
    return testing::ReadPrometheusText(page.body)["trace_spans_dropped_total"] >= 3;
  }));
  CHECK(bureau.Call().ok());
}

TEST_CASE("without a collector's address spans go where one listens by convention", "[trace_exporter]") {
  Bureau bureau;
  REQUIRE(bureau.Start({"--enable-tracing"}).empty());
  CHECK(absl::StrContains(bureau.process.settings().Help(), "localhost:4317 without it"));
}

}  // namespace
}  // namespace boutique::runtime
