// SPDX-License-Identifier: Apache-2.0
#include "platform/telemetry/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace boutique::telemetry {
namespace {

spdlog::level::level_enum LevelOf(Severity severity) {
  switch (severity) {
    case Severity::kDebug: return spdlog::level::debug;
    case Severity::kInfo: return spdlog::level::info;
    case Severity::kWarning: return spdlog::level::warn;
    case Severity::kError: return spdlog::level::err;
  }
  return spdlog::level::info;
}

absl::string_view NameOf(Severity severity) {
  switch (severity) {
    case Severity::kDebug: return "debug";
    case Severity::kInfo: return "info";
    case Severity::kWarning: return "warning";
    case Severity::kError: return "error";
  }
  return "info";
}

// The number of bytes of the UTF-8 sequence that `text` begins with; 0 if it begins with none (RFC 3629, table 3-7 of
// the Unicode standard).
std::size_t Utf8Length(absl::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto trails = [&](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && byte(i) >= low && byte(i) <= high;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return trails(1, 0x80, 0xbf) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = lead == 0xed ? 0x9f : 0xbf;
    return trails(1, low, high) && trails(2, 0x80, 0xbf) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
    return trails(1, low, high) && trails(2, 0x80, 0xbf) && trails(3, 0x80, 0xbf) ? 4 : 0;
  }
  return 0;
}

void AppendEscaped(std::string* out, absl::string_view text) {
  while (!text.empty()) {
    const unsigned char c = static_cast<unsigned char>(text[0]);
    std::size_t length = Utf8Length(text);
    if (c == '"' || c == '\\') {
      absl::StrAppend(out, "\\", text.substr(0, 1));
    } else if (c < 0x20 || c == 0x7f) {
      absl::StrAppendFormat(out, "\\u%04x", c);
    } else if (length == 0) {
      absl::StrAppend(out, "\\ufffd");
      length = 1;
    } else {
      absl::StrAppend(out, text.substr(0, length));
    }
    text.remove_prefix(length);
  }
}

void AppendField(std::string* line, const LogField& field) {
  absl::StrAppend(line, ",\"", field.key, "\":");
  std::visit(
      [line](const auto& value) {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, bool>) {
          absl::StrAppend(line, value ? "true" : "false");
        } else if constexpr (std::is_same_v<Value, absl::string_view>) {
          absl::StrAppend(line, JsonQuote(value));
        } else if constexpr (std::is_same_v<Value, double>) {
          // JSON has no word for what is no finite number.
          absl::StrAppend(line, std::isfinite(value) ? absl::StrCat(value) : "null");
        } else {
          absl::StrAppend(line, value);
        }
      },
      field.value);
}

}  // namespace

std::string JsonQuote(absl::string_view text) {
  std::string quoted = "\"";
  quoted.reserve(text.size() + 2);
  AppendEscaped(&quoted, text);
  quoted += '"';
  return quoted;
}

void StartLog(absl::string_view program, Severity least) {
  auto logger = std::make_shared<spdlog::logger>(std::string(program), std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  logger->set_level(LevelOf(least));
  spdlog::set_default_logger(std::move(logger));
}

absl::Status ParseSeverity(absl::string_view text, Severity* severity) {
  for (const Severity each : {Severity::kDebug, Severity::kInfo, Severity::kWarning, Severity::kError}) {
    if (text == NameOf(each)) {
      *severity = each;
      return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is none of debug, info, warning, error"));
}

bool Logs(Severity severity) { return spdlog::should_log(LevelOf(severity)); }

void Log(Severity severity, absl::string_view message, std::initializer_list<LogField> fields) {
  if (!Logs(severity)) return;
  std::string line =
      absl::StrCat("{\"timestamp\":\"", absl::FormatTime(absl::RFC3339_full, absl::Now(), absl::UTCTimeZone()),
                   "\",\"severity\":\"", NameOf(severity), "\",\"name\":", JsonQuote(spdlog::default_logger_raw()->name()),
                   ",\"message\":", JsonQuote(message));
  for (const LogField& field : fields) AppendField(&line, field);
  line += '}';
  spdlog::default_logger_raw()->log(LevelOf(severity), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace boutique::telemetry
