// SPDX-License-Identifier: Apache-2.0
// The process's log: one JSON object a line on standard error. Safe from any thread.
//
// Keys are those of the public shop's services: timestamp (RFC 3339), severity, name (the program), message, and
// whatever fields the caller adds. Never log a card number, a security code, a credential, an e-mail address or a
// session id.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace boutique::telemetry {

enum class Severity { kDebug, kInfo, kWarning, kError };

struct LogField {
  LogField(absl::string_view key, absl::string_view value) : key(key), value(value) {}
  LogField(absl::string_view key, const char* value) : key(key), value(absl::string_view(value)) {}
  LogField(absl::string_view key, const std::string& value) : key(key), value(absl::string_view(value)) {}
  LogField(absl::string_view key, std::int64_t value) : key(key), value(value) {}
  LogField(absl::string_view key, int value) : key(key), value(std::int64_t{value}) {}
  LogField(absl::string_view key, double value) : key(key), value(value) {}
  LogField(absl::string_view key, bool value) : key(key), value(value) {}

  absl::string_view key;
  std::variant<absl::string_view, std::int64_t, double, bool> value;
};

// Names the program and sets the least severity that is written. Call once, before the first line.
void StartLog(absl::string_view program, Severity least);

// "debug", "info", "warning" or "error"; INVALID_ARGUMENT otherwise.
absl::Status ParseSeverity(absl::string_view text, Severity* severity);

// Whether a line of this severity would be written: for callers whose fields cost something to make.
bool Logs(Severity severity);

// Writes one line. The fields are read before the call returns.
void Log(Severity severity, absl::string_view message, std::initializer_list<LogField> fields = {});

// The text as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD.
std::string JsonQuote(absl::string_view text);

}  // namespace boutique::telemetry
