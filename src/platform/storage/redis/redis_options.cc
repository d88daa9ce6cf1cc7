// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_options.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace boutique::redis {
namespace {

constexpr int kPort = 6379;
constexpr int kTlsPort = 6380;
constexpr int kSentinelPort = 26379;

absl::Status Bad(absl::string_view what) { return absl::InvalidArgumentError(what); }

absl::StatusOr<Endpoint> ParseEndpoint(absl::string_view text) {
  Endpoint endpoint;
  absl::string_view port;
  const bool bracketed = absl::StartsWith(text, "[");
  const std::size_t end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && end == absl::string_view::npos) return Bad("an address has no closing bracket");
  endpoint.host = std::string(text.substr(bracketed ? 1 : 0, end - (bracketed ? 1 : 0)));
  if (end != absl::string_view::npos) port = text.substr(bracketed ? end + 1 : end);
  if (endpoint.host.empty()) return Bad("a host is empty: it must be host:port[,option=value]");
  if (port.empty()) return endpoint;
  if (port[0] != ':' || !absl::SimpleAtoi(port.substr(1), &endpoint.port) || endpoint.port < 1 ||
      endpoint.port > 65535) {
    return Bad("a port is not a whole number from 1 to 65535");
  }
  return endpoint;
}

absl::Status ParseNumber(absl::string_view name, absl::string_view text, int most, int* number) {
  if (absl::SimpleAtoi(text, number) && *number >= 0 && *number <= most) return absl::OkStatus();
  return Bad(absl::StrCat(name, " is not a whole number from 0 to ", most));
}

absl::Status ParseFlag(absl::string_view name, absl::string_view text, bool* flag) {
  const std::string word = absl::AsciiStrToLower(text);
  if (word != "true" && word != "false" && word != "1" && word != "0") {
    return Bad(absl::StrCat(name, " is neither true nor false"));
  }
  *flag = word == "true" || word == "1";
  return absl::OkStatus();
}

absl::Status SetOption(absl::string_view written, absl::string_view value, Options* options,
                       std::vector<std::string>* ignored) {
  const std::string name = absl::AsciiStrToLower(written);
  if (name == "password") {
    options->password = std::string(value);
  } else if (name == "user") {
    options->user = std::string(value);
  } else if (name == "ssl") {
    return ParseFlag("ssl", value, &options->tls);
  } else if (name == "sslhost") {
    options->tls_name = std::string(value);
  } else if (name == "sentinel") {
    if (value.empty()) return Bad("sentinel is empty: it must be the name of the master");
    options->sentinel = std::string(value);
  } else if (name == "defaultdatabase") {
    return ParseNumber("defaultDatabase", value, 1'000'000, &options->database);
  } else if (name == "connecttimeout") {
    int milliseconds = 0;
    absl::Status read = ParseNumber("connectTimeout", value, 600'000, &milliseconds);
    if (milliseconds > 0) options->connect_timeout = std::chrono::milliseconds(milliseconds);
    return read;
  } else if (name != "abortconnect") {
    ignored->emplace_back(written);
  }
  return absl::OkStatus();
}

}  // namespace

std::string ToString(const Endpoint& endpoint) {
  const bool bracketed = absl::StrContains(endpoint.host, ":");
  return absl::StrCat(bracketed ? "[" : "", endpoint.host, bracketed ? "]" : "", ":", endpoint.port);
}

absl::StatusOr<Options> ParseOptions(absl::string_view text, std::vector<std::string>* ignored) {
  Options options;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    part = absl::StripAsciiWhitespace(part);
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    if (equals == absl::string_view::npos) {
      auto endpoint = ParseEndpoint(part);
      if (!endpoint.ok()) return endpoint.status();
      options.endpoints.push_back(*std::move(endpoint));
    } else if (absl::Status bad = SetOption(part.substr(0, equals), part.substr(equals + 1), &options, ignored);
               !bad.ok()) {
      return bad;
    }
  }
  if (options.endpoints.empty()) return Bad("there is no host: it must be host:port[,option=value]");
  const int usual_port = !options.sentinel.empty() ? kSentinelPort : options.tls ? kTlsPort : kPort;
  for (Endpoint& endpoint : options.endpoints) {
    if (endpoint.port == 0) endpoint.port = usual_port;
  }
  return options;
}

}  // namespace boutique::redis
