// SPDX-License-Identifier: Apache-2.0
// The identity of a trace as it travels between services: W3C Trace Context, Baggage, and B3. A value, safe to copy.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "absl/random/random.h"
#include "absl/strings/string_view.h"

namespace boutique::telemetry {

struct TraceContext {
  std::array<std::uint64_t, 2> trace_id{};  // 0, 0: not set
  std::uint64_t span_id = 0;                // of the work at hand
  std::uint64_t parent_id = 0;              // of the caller's span; 0 at a trace's root
  bool sampled = true;
  bool speaks_b3 = false;  // the caller sent B3 headers, so calls onward carry them too
  std::string tracestate;  // forwarded unchanged
  std::string baggage;     // W3C Baggage, forwarded unchanged
  std::string request_id;  // x-request-id, forwarded unchanged

  bool IsSet() const { return trace_id[0] != 0 || trace_id[1] != 0; }
  // 32 hexadecimal digits.
  std::string TraceIdHex() const;
  // 16 hexadecimal digits.
  std::string SpanIdHex() const;
};

// Reads `traceparent` (https://www.w3.org/TR/trace-context/#traceparent-header); false, and no change, if malformed.
bool ReadTraceparent(absl::string_view text, TraceContext* trace);
// Writes it: the trace, the span and its sampling flag. 55 characters.
std::string WriteTraceparent(const TraceContext& trace);

// Reads the single `b3` header, "trace-span-sampled[-parent]" (https://github.com/openzipkin/b3-propagation); false,
// and no change, if malformed.
bool ReadB3(absl::string_view text, TraceContext* trace);
// Reads the values of x-b3-traceid, x-b3-spanid and x-b3-sampled.
bool ReadB3Multi(absl::string_view trace_id, absl::string_view span_id, absl::string_view sampled, TraceContext* trace);
// Writes the single `b3` header.
std::string WriteB3(const TraceContext& trace);

// Whether a value from outside may travel on in a header: printable ASCII, as gRPC requires (it ends a process that
// sends another), and at most 4,096 bytes, because peers refuse a call whose headers are longer than 8 KiB altogether.
bool MayTravel(absl::string_view value);

// Gives the context a new span id; what was its span becomes the parent. Without a trace it begins one.
void StartSpan(TraceContext* trace, absl::InsecureBitGen* random);

}  // namespace boutique::telemetry
