// SPDX-License-Identifier: Apache-2.0
// Trace headers of any caller: what is accepted can be written and read back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "platform/telemetry/trace_context.h"

namespace telemetry = boutique::telemetry;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  telemetry::TraceContext trace;
  const bool is_w3c = telemetry::ReadTraceparent(text, &trace);
  const bool is_b3 = !is_w3c && telemetry::ReadB3(text, &trace);
  if (!is_w3c && !is_b3) return 0;
  telemetry::TraceContext again;
  if (!telemetry::ReadTraceparent(telemetry::WriteTraceparent(trace), &again)) std::abort();
  if (again.trace_id != trace.trace_id || again.span_id != trace.span_id || again.sampled != trace.sampled) std::abort();
  if (!telemetry::ReadB3(telemetry::WriteB3(trace), &again) || again.trace_id != trace.trace_id) std::abort();
  return 0;
}
