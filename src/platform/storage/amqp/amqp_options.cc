// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/amqp/amqp_options.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace boutique::amqp {
namespace {

absl::Status Bad(absl::string_view what) { return absl::InvalidArgumentError(what); }

// The text with its percent-encoded bytes decoded; none of them may be 0.
absl::Status Decode(absl::string_view part, absl::string_view text, std::string* decoded) {
  decoded->clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    int byte = static_cast<unsigned char>(text[i]);
    if (byte == '%') {
      const absl::string_view digits = text.substr(i + 1, 2);
      const bool is_hex = digits.size() == 2 && absl::ascii_isxdigit(digits[0]) && absl::ascii_isxdigit(digits[1]);
      if (!is_hex || !absl::SimpleHexAtoi(digits, &byte)) byte = 0;
      i += 2;
    }
    if (byte == 0) return Bad(absl::StrCat("the ", part, " has a '%' that two hexadecimal digits do not follow"));
    decoded->push_back(static_cast<char>(byte));
  }
  return absl::OkStatus();
}

// Takes off what comes before the first separator, or all of it.
absl::string_view TakeUntil(char separator, absl::string_view* text) {
  const std::size_t end = text->find(separator);
  const absl::string_view taken = text->substr(0, end);
  *text = end == absl::string_view::npos ? absl::string_view() : text->substr(end + 1);
  return taken;
}

absl::Status ReadPlace(absl::string_view text, Options* options) {
  absl::string_view port;
  if (absl::StartsWith(text, "[")) {
    const std::size_t end = text.find(']');
    if (end == absl::string_view::npos) return Bad("the address has no closing bracket");
    options->host = std::string(text.substr(1, end - 1));
    port = text.substr(end + 1);
  } else {
    const std::size_t end = std::min(text.find(':'), text.size());
    if (absl::Status bad = Decode("host", text.substr(0, end), &options->host); !bad.ok()) return bad;
    port = text.substr(end);
  }
  if (options->host.empty()) return Bad("there is no host: it must be amqp://user:password@host:port/vhost");
  if (port.empty()) return absl::OkStatus();
  if (port[0] != ':' || !absl::SimpleAtoi(port.substr(1), &options->port) || options->port < 1 ||
      options->port > 65535) {
    return Bad("the port is not a whole number from 1 to 65535");
  }
  return absl::OkStatus();
}

absl::Status ReadNumber(absl::string_view name, absl::string_view text, int least, int most, int* number) {
  if (absl::SimpleAtoi(text, number) && *number >= least && *number <= most) return absl::OkStatus();
  return Bad(absl::StrCat(name, " is not a whole number from ", least, " to ", most));
}

absl::Status ReadParameter(absl::string_view name, absl::string_view value, Options* options) {
  int number = 0;
  if (name == "heartbeat") {
    absl::Status read = ReadNumber(name, value, 1, 600, &number);
    options->heartbeat = std::chrono::seconds(number);
    return read;
  }
  if (name == "connection_timeout") {
    absl::Status read = ReadNumber(name, value, 1, 600'000, &number);
    options->connect_timeout = std::chrono::milliseconds(number);
    return read;
  }
  if (name == "cacertfile") return Decode(name, value, &options->ca_file);
  return Bad("there is a parameter that is not heartbeat, connection_timeout or cacertfile");
}

}  // namespace

absl::StatusOr<Options> ParseUrl(absl::string_view text, absl::string_view password_beside) {
  Options options;
  if (absl::ConsumePrefix(&text, "amqps://")) {
    options.tls = true;
    options.port = 5671;
  } else if (!absl::ConsumePrefix(&text, "amqp://")) {
    return Bad("it must begin with amqp:// or amqps://");
  }
  absl::string_view rest = text;
  absl::string_view path = TakeUntil('?', &rest);
  const absl::string_view parameters = rest;
  const bool has_vhost = absl::StrContains(path, "/");
  absl::string_view authority = TakeUntil('/', &path);
  absl::Status read = has_vhost ? Decode("virtual host", path, &options.vhost) : absl::OkStatus();
  if (has_vhost && options.vhost.empty()) options.vhost = "/";
  if (const std::size_t at = authority.rfind('@'); at != absl::string_view::npos) {
    absl::string_view password = authority.substr(0, at);
    authority.remove_prefix(at + 1);
    const bool has_password = absl::StrContains(password, ":");
    const absl::string_view user = TakeUntil(':', &password);
    if (read.ok()) read = Decode("user", user, &options.user);
    if (read.ok() && has_password) read = Decode("password", password, &options.password);
  }
  if (read.ok()) read = ReadPlace(authority, &options);
  for (absl::string_view parameter : absl::StrSplit(parameters, '&', absl::SkipEmpty())) {
    const absl::string_view name = TakeUntil('=', &parameter);
    if (read.ok()) read = ReadParameter(name, parameter, &options);
  }
  if (!read.ok()) return read;
  if (!password_beside.empty()) options.password = std::string(password_beside);
  return options;
}

std::string AddressOf(const Options& options) {
  const bool bracketed = absl::StrContains(options.host, ":");
  return absl::StrCat(bracketed ? "[" : "", options.host, bracketed ? "]" : "", ":", options.port);
}

}  // namespace boutique::amqp
