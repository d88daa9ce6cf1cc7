// SPDX-License-Identifier: Apache-2.0
#include "platform/telemetry/metrics.h"

#include "absl/strings/str_cat.h"
#include "platform/telemetry/process_metrics.h"

namespace boutique::telemetry {
namespace {

// As the convention's first implementation, for Go, spells them: public alerts select by these names.
constexpr std::array<absl::string_view, 17> kCodes = {"OK",
                                                      "Canceled",
                                                      "Unknown",
                                                      "InvalidArgument",
                                                      "DeadlineExceeded",
                                                      "NotFound",
                                                      "AlreadyExists",
                                                      "PermissionDenied",
                                                      "ResourceExhausted",
                                                      "FailedPrecondition",
                                                      "Aborted",
                                                      "OutOfRange",
                                                      "Unimplemented",
                                                      "Internal",
                                                      "Unavailable",
                                                      "DataLoss",
                                                      "Unauthenticated"};
constexpr std::size_t kUnknown = 2;

std::size_t IndexOf(absl::StatusCode code) {
  const auto index = static_cast<std::size_t>(code);
  return index < kCodes.size() ? index : kUnknown;
}

const prometheus::Histogram::BucketBoundaries& SecondsBuckets() {
  static const prometheus::Histogram::BucketBoundaries buckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                                  0.1,    0.25,  0.5,    1,     2.5,  5,     10};
  return buckets;
}

Labels MethodLabels(absl::string_view service, absl::string_view method, const char* type) {
  return {{"grpc_type", type}, {"grpc_service", std::string(service)}, {"grpc_method", std::string(method)}};
}

}  // namespace

absl::string_view GrpcCodeName(absl::StatusCode code) { return kCodes[IndexOf(code)]; }

MethodMetrics::MethodMetrics(prometheus::Registry& registry, const char* side, absl::string_view service,
                             absl::string_view method, const char* type)
    : started_(prometheus::BuildCounter()
                   .Name(absl::StrCat("grpc_", side, "_started_total"))
                   .Help("Calls that were started.")
                   .Register(registry)
                   .Add(MethodLabels(service, method, type))),
      seconds_(prometheus::BuildHistogram()
                   .Name(absl::StrCat("grpc_", side, "_handling_seconds"))
                   .Help("How long calls took from their start to their end.")
                   .Register(registry)
                   .Add(MethodLabels(service, method, type), SecondsBuckets())),
      handled_family_(prometheus::BuildCounter()
                          .Name(absl::StrCat("grpc_", side, "_handled_total"))
                          .Help("Calls that ended, by status code.")
                          .Register(registry)),
      labels_(MethodLabels(service, method, type)) {
  CounterOf(0);
}

prometheus::Counter& MethodMetrics::CounterOf(std::size_t code) {
  prometheus::Counter* counter = handled_[code].load(std::memory_order_acquire);
  if (counter == nullptr) {
    Labels labels = labels_;
    labels.emplace("grpc_code", kCodes[code]);
    counter = &handled_family_.Add(labels);  // the same one for everybody who comes at once
    handled_[code].store(counter, std::memory_order_release);
  }
  return *counter;
}

void MethodMetrics::Handled(absl::StatusCode code, std::chrono::nanoseconds took) {
  CounterOf(IndexOf(code)).Increment();
  seconds_.Observe(static_cast<double>(took.count()) / 1e9);
}

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>()), process_(std::make_shared<ProcessMetrics>()) {}

prometheus::Counter& Metrics::Counter(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(*registry_).Add(labels);
}

prometheus::Gauge& Metrics::Gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(*registry_).Add(labels);
}

prometheus::Histogram& Metrics::Seconds(const std::string& name, const std::string& help, const Labels& labels) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(*registry_).Add(labels, SecondsBuckets());
}

std::unique_ptr<MethodMetrics> Metrics::Method(const char* side, absl::string_view service, absl::string_view method,
                                               const char* type) {
  return std::make_unique<MethodMetrics>(*registry_, side, service, method, type);
}

}  // namespace boutique::telemetry
