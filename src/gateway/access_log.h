// SPDX-License-Identifier: Apache-2.0
// The line that each request leaves in the log. Safe from any thread.
#pragma once

#include <chrono>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "platform/http/message.h"
#include "platform/telemetry/trace_context.h"

namespace boutique::gateway {

// With the keys of the public shop: http.req.path (without the query, which may hold anything), http.req.method,
// http.req.id, session (its short hash), http.resp.took_ms, http.resp.status, http.resp.bytes; trace_id; and error, why
// a request failed on our side. Probes, which come every few seconds, are of interest to a debugger only.
void LogRequest(const http::Request& request, const telemetry::TraceContext& trace, absl::string_view session_hash,
                int status, std::size_t size, std::chrono::nanoseconds took, const absl::Status& error);

}  // namespace boutique::gateway
