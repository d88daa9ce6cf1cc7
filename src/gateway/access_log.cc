// SPDX-License-Identifier: Apache-2.0
#include "gateway/access_log.h"

#include <cstdint>
#include <string>

#include "platform/telemetry/log.h"

namespace boutique::gateway {
namespace {

constexpr std::size_t kLongestPath = 512;

bool IsProbe(absl::string_view route) { return route == "/_healthz" || route == "/readyz" || route == "/health"; }

}  // namespace

void LogRequest(const http::Request& request, const telemetry::TraceContext& trace, absl::string_view session_hash,
                int status, std::size_t size, std::chrono::nanoseconds took, const absl::Status& error) {
  const auto severity = status >= 500      ? telemetry::Severity::kWarning
                        : IsProbe(request.route) ? telemetry::Severity::kDebug
                                                   : telemetry::Severity::kInfo;
  if (!telemetry::Logs(severity)) return;
  const absl::string_view path = absl::string_view(request.path).substr(0, kLongestPath);
  const auto took_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  const auto bytes = static_cast<std::int64_t>(size);
  const std::string trace_id = trace.IsSet() ? trace.TraceIdHex() : "";
  if (error.ok()) {
    telemetry::Log(severity, "request complete",
                   {{"http.req.path", path},
                    {"http.req.method", request.method},
                    {"http.req.id", request.id},
                    {"session", session_hash},
                    {"http.resp.took_ms", std::int64_t{took_ms}},
                    {"http.resp.status", status},
                    {"http.resp.bytes", bytes},
                    {"trace_id", trace_id}});
    return;
  }
  telemetry::Log(severity, "request complete",
                 {{"http.req.path", path},
                  {"http.req.method", request.method},
                  {"http.req.id", request.id},
                  {"session", session_hash},
                  {"http.resp.took_ms", std::int64_t{took_ms}},
                  {"http.resp.status", status},
                  {"http.resp.bytes", bytes},
                  {"trace_id", trace_id},
                  {"error", error.message()},
                  {"rpc.grpc.status_code", static_cast<int>(error.code())}});
}

}  // namespace boutique::gateway
