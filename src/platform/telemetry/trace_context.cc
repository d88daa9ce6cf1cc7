// SPDX-License-Identifier: Apache-2.0
#include "platform/telemetry/trace_context.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace boutique::telemetry {
namespace {

// 16 lower-case hexadecimal digits.
bool ReadHex(absl::string_view text, std::uint64_t* value) {
  if (text.size() != 16) return false;
  std::uint64_t read = 0;
  for (const char c : text) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) return false;
    read = read << 4 | static_cast<std::uint64_t>(digit);
  }
  *value = read;
  return true;
}

void AppendHex(std::uint64_t value, std::string* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out->push_back(kDigits[value >> shift & 0xf]);
}

// 32 digits, or 16 as B3 allows.
bool ReadTraceId(absl::string_view text, std::array<std::uint64_t, 2>* id) {
  std::array<std::uint64_t, 2> read{};
  if (text.size() == 32 && !ReadHex(text.substr(0, 16), &read[0])) return false;
  if (text.size() != 32 && text.size() != 16) return false;
  if (!ReadHex(text.substr(text.size() - 16), &read[1]) || (read[0] == 0 && read[1] == 0)) return false;
  *id = read;
  return true;
}

}  // namespace

std::string TraceContext::TraceIdHex() const {
  std::string hex;
  hex.reserve(32);
  AppendHex(trace_id[0], &hex);
  AppendHex(trace_id[1], &hex);
  return hex;
}

std::string TraceContext::SpanIdHex() const {
  std::string hex;
  AppendHex(span_id, &hex);
  return hex;
}

bool ReadTraceparent(absl::string_view text, TraceContext* trace) {
  // version "-" trace-id "-" parent-id "-" flags; later versions may append fields.
  if (text.size() < 55 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
  const absl::string_view version = text.substr(0, 2);
  if (version == "ff" || (version == "00" && text.size() != 55)) return false;
  if (text.size() > 55 && text[55] != '-') return false;
  std::array<std::uint64_t, 2> trace_id{};
  std::uint64_t span_id = 0;
  std::uint64_t flags = 0;
  if (text.substr(3, 32).size() != 32 || !ReadTraceId(text.substr(3, 32), &trace_id)) return false;
  if (!ReadHex(text.substr(36, 16), &span_id) || span_id == 0) return false;
  if (!ReadHex(absl::StrCat("00000000000000", text.substr(53, 2)), &flags)) return false;
  std::uint64_t ignored = 0;
  if (!ReadHex(absl::StrCat("00000000000000", version), &ignored)) return false;
  trace->trace_id = trace_id;
  trace->span_id = span_id;
  trace->sampled = (flags & 1) != 0;
  return true;
}

std::string WriteTraceparent(const TraceContext& trace) {
  std::string text = "00-";
  text.reserve(55);
  AppendHex(trace.trace_id[0], &text);
  AppendHex(trace.trace_id[1], &text);
  text += '-';
  AppendHex(trace.span_id, &text);
  text += trace.sampled ? "-01" : "-00";
  return text;
}

bool ReadB3Multi(absl::string_view trace_id, absl::string_view span_id, absl::string_view sampled,
                 TraceContext* trace) {
  std::array<std::uint64_t, 2> id{};
  std::uint64_t span = 0;
  if (!ReadTraceId(trace_id, &id) || !ReadHex(span_id, &span) || span == 0) return false;
  trace->trace_id = id;
  trace->span_id = span;
  trace->sampled = sampled != "0" && sampled != "false";
  trace->speaks_b3 = true;
  return true;
}

bool ReadB3(absl::string_view text, TraceContext* trace) {
  const std::size_t first = text.find('-');
  if (first == absl::string_view::npos) return false;
  absl::string_view rest = text.substr(first + 1);
  const std::size_t second = rest.find('-');
  const absl::string_view span = rest.substr(0, second);
  absl::string_view sampled = second == absl::string_view::npos ? "" : rest.substr(second + 1);
  sampled = sampled.substr(0, sampled.find('-'));
  return ReadB3Multi(text.substr(0, first), span, sampled, trace);
}

std::string WriteB3(const TraceContext& trace) {
  std::string text = trace.TraceIdHex();
  text += '-';
  AppendHex(trace.span_id, &text);
  text += trace.sampled ? "-1" : "-0";
  return text;
}

bool MayTravel(absl::string_view value) {
  constexpr std::size_t kLongest = 4096;
  const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
  return value.size() <= kLongest && std::all_of(value.begin(), value.end(), is_printable);
}

void StartSpan(TraceContext* trace, absl::InsecureBitGen* random) {
  if (!trace->IsSet()) {
    trace->trace_id = {(*random)(), (*random)() | 1};
    trace->span_id = 0;
  }
  trace->parent_id = trace->span_id;
  trace->span_id = (*random)() | 1;
}

}  // namespace boutique::telemetry
