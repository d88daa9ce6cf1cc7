// SPDX-License-Identifier: Apache-2.0
#include "platform/telemetry/metrics.h"

#include <prometheus/text_serializer.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/catch.h"
#include "support/prometheus_text.h"

namespace boutique::telemetry {
namespace {

using namespace std::chrono_literals;
using testing::PrometheusText;

PrometheusText Written(const Metrics& metrics) {
  return testing::ReadPrometheusText(prometheus::TextSerializer().Serialize(metrics.registry()->Collect()));
}

TEST_CASE("a server's calls are counted under the names of the gRPC Prometheus convention", "[metrics]") {
  Metrics metrics;
  const auto get_cart = metrics.Method("server", "hipstershop.CartService", "GetCart");
  get_cart->Started();
  get_cart->Started();
  get_cart->Handled(absl::StatusCode::kOk, 2ms);
  get_cart->Handled(absl::StatusCode::kNotFound, 40ms);
  const PrometheusText text = Written(metrics);
  CHECK(text.malformed.value_or("") == "");
  CHECK(text.types.at("grpc_server_started_total") == "counter");
  CHECK(text.types.at("grpc_server_handled_total") == "counter");
  CHECK(text.types.at("grpc_server_handling_seconds") == "histogram");
  const std::string method = R"(grpc_method="GetCart",grpc_service="hipstershop.CartService",grpc_type="unary")";
  CHECK(text["grpc_server_started_total{" + method + "}"] == 2);
  CHECK(text[R"(grpc_server_handled_total{grpc_code="OK",)" + method + "}"] == 1);
  CHECK(text[R"(grpc_server_handled_total{grpc_code="NotFound",)" + method + "}"] == 1);
  CHECK(text["grpc_server_handling_seconds_count{" + method + "}"] == 2);
  CHECK(text["grpc_server_handling_seconds_sum{" + method + "}"] == Approx(0.042));
  CHECK(text["grpc_server_handling_seconds_bucket{" + method + R"(,le="0.001"})"] == 0);
  CHECK(text["grpc_server_handling_seconds_bucket{" + method + R"(,le="0.0025"})"] == 1);
  CHECK(text["grpc_server_handling_seconds_bucket{" + method + R"(,le="+Inf"})"] == 2);
}

TEST_CASE("a client's calls have the names of the convention too, and streams their type", "[metrics]") {
  Metrics metrics;
  metrics.Method("client", "hipstershop.AdService", "GetAds")->Handled(absl::StatusCode::kUnavailable, 1s);
  metrics.Method("server", "grpc.health.v1.Health", "Watch", "server_stream")->Started();
  const PrometheusText text = Written(metrics);
  const std::string ads = R"(grpc_method="GetAds",grpc_service="hipstershop.AdService",grpc_type="unary")";
  CHECK(text[R"(grpc_client_handled_total{grpc_code="Unavailable",)" + ads + "}"] == 1);
  CHECK(text.Has("grpc_client_started_total{" + ads + "}"));
  CHECK(text.Has("grpc_client_handling_seconds_count{" + ads + "}"));
  CHECK(text[R"(grpc_server_started_total{grpc_method="Watch",grpc_service="grpc.health.v1.Health",)"
             R"(grpc_type="server_stream"})"] == 1);
}

TEST_CASE("codes are spelled as public dashboards and alerts select them", "[metrics]") {
  using Code = absl::StatusCode;
  const std::vector<std::pair<Code, std::string>> table = {{Code::kOk, "OK"},
                                                           {Code::kCancelled, "Canceled"},
                                                           {Code::kUnknown, "Unknown"},
                                                           {Code::kInvalidArgument, "InvalidArgument"},
                                                           {Code::kDeadlineExceeded, "DeadlineExceeded"},
                                                           {Code::kNotFound, "NotFound"},
                                                           {Code::kAlreadyExists, "AlreadyExists"},
                                                           {Code::kPermissionDenied, "PermissionDenied"},
                                                           {Code::kResourceExhausted, "ResourceExhausted"},
                                                           {Code::kFailedPrecondition, "FailedPrecondition"},
                                                           {Code::kAborted, "Aborted"},
                                                           {Code::kOutOfRange, "OutOfRange"},
                                                           {Code::kUnimplemented, "Unimplemented"},
                                                           {Code::kInternal, "Internal"},
                                                           {Code::kUnavailable, "Unavailable"},
                                                           {Code::kDataLoss, "DataLoss"},
                                                           {Code::kUnauthenticated, "Unauthenticated"},
                                                           {static_cast<Code>(17), "Unknown"},
                                                           {static_cast<Code>(400), "Unknown"},
                                                           {static_cast<Code>(-1), "Unknown"}};
  for (const auto& [code, name] : table) {
    CHECK(GrpcCodeName(code) == name);
    Metrics metrics;
    metrics.Method("server", "S", "M")->Handled(code, 1ms);
    CHECK(Written(metrics)["grpc_server_handled_total{grpc_code=\"" + name +
                           R"(",grpc_method="M",grpc_service="S",grpc_type="unary"})"] == 1);
  }
}

TEST_CASE("a method that was never called has a row of OK, so that rates begin at zero", "[metrics]") {
  Metrics metrics;
  const auto method = metrics.Method("server", "S", "M");
  const PrometheusText text = Written(metrics);
  CHECK(text.Has(R"(grpc_server_handled_total{grpc_code="OK",grpc_method="M",grpc_service="S",grpc_type="unary"})"));
  CHECK(text.Has(R"(grpc_server_started_total{grpc_method="M",grpc_service="S",grpc_type="unary"})"));
}

TEST_CASE("two parts that count one method count into one row", "[metrics]") {
  Metrics metrics;
  const auto outer = metrics.Method("server", "S", "M");
  const auto inner = metrics.Method("server", "S", "M");
  outer->Handled(absl::StatusCode::kAborted, 1ms);
  inner->Handled(absl::StatusCode::kAborted, 1ms);
  CHECK(Written(metrics)[R"(grpc_server_handled_total{grpc_code="Aborted",grpc_method="M",grpc_service="S",)"
                         R"(grpc_type="unary"})"] == 2);
}

TEST_CASE("calls that end on several threads at once are all counted", "[metrics]") {
  Metrics metrics;
  const auto method = metrics.Method("server", "S", "M");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 500; ++k) {
        method->Started();
        method->Handled(static_cast<absl::StatusCode>(k % 17), 1us);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const PrometheusText text = Written(metrics);
  CHECK(text[R"(grpc_server_started_total{grpc_method="M",grpc_service="S",grpc_type="unary"})"] == 2000);
  CHECK(text[R"(grpc_server_handling_seconds_count{grpc_method="M",grpc_service="S",grpc_type="unary"})"] == 2000);
  double handled = 0;
  for (const auto& [name, value] : text.samples) handled += name.rfind("grpc_server_handled_total", 0) == 0 ? value : 0;
  CHECK(handled == 2000);
}

TEST_CASE("metrics of one's own: the same name and labels are the same metric", "[metrics]") {
  Metrics metrics;
  metrics.Counter("http_requests_total", "Requests.", {{"route", "/"}}).Increment();
  metrics.Counter("http_requests_total", "Requests.", {{"route", "/"}}).Increment();
  metrics.Counter("http_requests_total", "Requests.", {{"route", "/cart"}}).Increment();
  metrics.Gauge("catalog_products", "Products.").Set(9);
  metrics.Seconds("http_request_duration_seconds", "Durations.").Observe(0.3);
  const PrometheusText text = Written(metrics);
  CHECK(text.malformed.value_or("") == "");
  CHECK(text[R"(http_requests_total{route="/"})"] == 2);
  CHECK(text[R"(http_requests_total{route="/cart"})"] == 1);
  CHECK(text["catalog_products"] == 9);
  CHECK(text[R"(http_request_duration_seconds_bucket{le="0.25"})"] == 0);
  CHECK(text[R"(http_request_duration_seconds_bucket{le="0.5"})"] == 1);
  CHECK(text.helps.at("http_requests_total") == "Requests.");
}

}  // namespace
}  // namespace boutique::telemetry
