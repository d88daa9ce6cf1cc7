// SPDX-License-Identifier: Apache-2.0
#include "platform/http/request_trace.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "platform/base/ids.h"

namespace boutique::http {
namespace {

absl::string_view Safe(absl::string_view value, std::size_t most) {
  const bool visible = std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
  return visible && value.size() <= most ? value : absl::string_view();
}

}  // namespace

telemetry::TraceContext TraceOf(const Request& request) {
  constexpr std::size_t kMost = 1024;
  telemetry::TraceContext trace;
  trace.request_id = request.id;
  trace.baggage = std::string(Safe(request.HeaderOf("baggage"), kMost));
  if (telemetry::ReadTraceparent(request.HeaderOf("traceparent"), &trace)) {
    trace.tracestate = std::string(Safe(request.HeaderOf("tracestate"), kMost));
    trace.speaks_b3 = request.HasHeader("b3");
    return trace;
  }
  if (telemetry::ReadB3(request.HeaderOf("b3"), &trace)) return trace;
  telemetry::ReadB3Multi(request.HeaderOf("x-b3-traceid"), request.HeaderOf("x-b3-spanid"),
                         request.HeaderOf("x-b3-sampled"), &trace);
  return trace;
}

std::string RequestIdOf(const Request& request) {
  const absl::string_view given = Safe(request.HeaderOf("x-request-id"), 128);
  return given.empty() ? absl::BytesToHexString(base::RandomBytes(8)) : std::string(given);
}

}  // namespace boutique::http
