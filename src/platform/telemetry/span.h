// SPDX-License-Identifier: Apache-2.0
// One finished piece of a trace, and where finished pieces go.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "platform/telemetry/trace_context.h"

namespace boutique::telemetry {

enum class SpanKind { kServer, kClient };

struct Span {
  TraceContext trace;          // with the span's own id and its parent's
  absl::string_view service;    // full name; outlives every span
  absl::string_view method;     // outlives every span
  SpanKind kind = SpanKind::kServer;
  std::chrono::system_clock::time_point start;
  std::chrono::system_clock::time_point end;
  absl::StatusCode code = absl::StatusCode::kOk;
};

// Takes finished spans. Safe from any thread; must not block.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  virtual void Record(Span span) = 0;
};

}  // namespace boutique::telemetry
