// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/settings.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "platform/base/duration.h"

namespace boutique::runtime {
namespace {

std::string FlagOf(const std::string& variable) {
  return absl::StrCat("--", absl::AsciiStrToLower(absl::StrReplaceAll(variable, {{"_", "-"}})));
}

std::string DefaultDataDirectory() {
  const char* const data_home = std::getenv("XDG_DATA_HOME");
  if (data_home != nullptr && *data_home != '\0') return absl::StrCat(data_home, "/boutique");
  const char* const home = std::getenv("HOME");
  if (home != nullptr && *home != '\0') return absl::StrCat(home, "/.local/share/boutique");
  return "boutique-data";
}

// The arguments as CLI11 wants them: the last first, and an empty value by itself, because "--name=" would take the
// next argument for its value.
std::vector<std::string> ForCli(const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed;
  for (auto argument = arguments.rbegin(); argument != arguments.rend(); ++argument) {
    const bool has_empty_value = argument->size() > 3 && argument->substr(0, 2) == "--" && argument->back() == '=' &&
                                 argument->find('=') == argument->size() - 1;
    if (has_empty_value) reversed.emplace_back();
    reversed.push_back(has_empty_value ? argument->substr(0, argument->size() - 1) : *argument);
  }
  return reversed;
}

// Whether it is host:port, or one of gRPC's other ways to say where a peer is
// (https://github.com/grpc/grpc/blob/master/doc/naming.md). An http:// would be taken for a part of the name.
bool NamesPeer(absl::string_view address) {
  if (absl::StartsWith(address, "unix:")) return true;
  if (absl::ConsumePrefix(&address, "dns:")) {
    if (absl::StartsWith(address, "//")) address = address.substr(address.rfind('/') + 1);
  } else if (!absl::ConsumePrefix(&address, "ipv4:")) {
    absl::ConsumePrefix(&address, "ipv6:");
  }
  const std::size_t colon = address.rfind(':');
  if (colon == absl::string_view::npos || colon == 0 || absl::StrContains(address, '/')) return false;
  const absl::string_view digits = address.substr(colon + 1);
  int port = 0;
  return std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) && absl::SimpleAtoi(digits, &port) && port > 0 &&
         port < 65536;
}

void AppendCell(std::string* row, absl::string_view text, std::size_t width) {
  absl::StrAppend(row, text, std::string(width - std::min(width, text.size()) + 2, ' '));
}

}  // namespace

Settings::Settings(About about) : about_(std::move(about)) {}

void Settings::Declare(const std::string& variable, const std::string& shown_default, const std::string& help,
                       std::function<absl::Status(const std::string&)> set, bool is_flag, bool secret) {
  for (auto& option : options_) {
    if (option->variable == variable) {
      option->set.push_back(std::move(set));
      return;
    }
  }
  auto& option = *options_.emplace_back(std::make_unique<Option>());
  option.variable = variable;
  option.flag = secret ? "" : FlagOf(variable);
  option.shown_default = shown_default;
  option.help = help;
  option.is_flag = is_flag;
  option.set.push_back(std::move(set));
}

void Settings::Text(const std::string& variable, std::string* value, const std::string& help,
                    std::function<absl::Status(const std::string&)> check) {
  Declare(variable, *value, help, [value, check = std::move(check)](const std::string& text) {
    if (check) {
      if (absl::Status bad = check(text); !bad.ok()) return bad;
    }
    *value = text;
    return absl::OkStatus();
  });
}

void Settings::Secret(const std::string& variable, std::string* value, const std::string& help) {
  Declare(
      variable, "", help,
      [value](const std::string& text) {
        *value = text;
        return absl::OkStatus();
      },
      /*is_flag=*/false, /*secret=*/true);
}

void Settings::Integer(const std::string& variable, std::int64_t* value, std::int64_t least, std::int64_t most,
                       const std::string& help) {
  Declare(variable, absl::StrCat(*value), help, [value, least, most](const std::string& text) {
    std::int64_t read = 0;
    if (!absl::SimpleAtoi(text, &read) || read < least || read > most) {
      return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not a whole number from ", least, " to ", most));
    }
    *value = read;
    return absl::OkStatus();
  });
}

void Settings::Duration(const std::string& variable, std::chrono::nanoseconds* value, std::chrono::nanoseconds least,
                        std::chrono::nanoseconds most, const std::string& help) {
  Declare(variable, base::FormatDuration(*value), help, [value, least, most](const std::string& text) {
    auto read = base::ParseDuration(text);
    if (!read.ok()) return read.status();
    if (*read < least || *read > most) {
      return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not from ", base::FormatDuration(least), " to ",
                                                     base::FormatDuration(most)));
    }
    *value = *read;
    return absl::OkStatus();
  });
}

void Settings::Flag(const std::string& variable, bool* value, const std::string& help) {
  Declare(
      variable, *value ? "true" : "false", help,
      [value](const std::string& text) {
        const std::string word = absl::AsciiStrToLower(text);
        if (word == "1" || word == "true" || word == "yes" || word == "on") {
          *value = true;
        } else if (word == "0" || word == "false" || word == "no" || word == "off") {
          *value = false;
        } else {
          return absl::InvalidArgumentError(absl::StrCat("'", text, "' is neither true nor false"));
        }
        return absl::OkStatus();
      },
      /*is_flag=*/true);
}

void Settings::Address(const std::string& variable) {
  if (!about_.one_process) PeerAddress(variable, "host:port of that service, or dns:///name:port for all its addresses in turn");
}

void Settings::PeerAddress(const std::string& variable, const std::string& help) {
  if (!addresses_.emplace(variable, "").second) return;
  Declare(variable, "", help, [this, variable](const std::string& text) {
    if (!NamesPeer(text)) return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not of the form host:port"));
    addresses_[variable] = text;
    return absl::OkStatus();
  });
}

std::string Settings::AddressOf(const std::string& variable) const {
  const auto found = addresses_.find(variable);
  return found == addresses_.end() ? "" : found->second;
}

void Settings::DataDirectory(std::string* value) {
  *value = DefaultDataDirectory();
  Text("DATA_DIR", value, "folder of the databases, made if it is not there; :memory: keeps nothing");
}

std::vector<absl::Status> Settings::Parse(const std::vector<std::string>& arguments) {
  CLI::App app(about_.summary, about_.name);
  app.set_help_flag();
  app.add_flag("-h,--help", help_wanted_);
  for (auto& option : options_) {
    if (option->flag.empty()) continue;
    auto* const declared = app.add_option(option->flag, option->raw);
    declared->expected(option->is_flag ? 0 : 1, 1);
    declared->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    declared->each([](const std::string&) {});
  }
  std::vector<absl::Status> problems;
  try {
    app.parse(ForCli(arguments));
  } catch (const CLI::ParseError& error) {
    problems.push_back(absl::InvalidArgumentError(absl::StrCat(error.what(), "; see --help")));
    return problems;
  }
  if (help_wanted_) return problems;
  for (auto& option : options_) {
    const bool given = !option->flag.empty() && app.count(option->flag) > 0;
    const char* const environment = std::getenv(option->variable.c_str());
    std::string text = environment == nullptr ? "" : environment;
    if (given) text = option->raw.empty() ? "" : option->raw.back();
    if (given && option->is_flag && (text.empty() || text == "{}")) text = "true";
    if (text.empty() && !given) {
      // Where several parts declare it, the first one's default is everybody's.
      if (option->shown_default.empty() || option->set.size() == 1) continue;
      text = option->shown_default;
    }
    for (auto& set : option->set) {
      absl::Status bad = set(text);
      if (bad.ok()) continue;
      problems.push_back(
          absl::InvalidArgumentError(absl::StrCat(given ? option->flag : option->variable, ": ", bad.message())));
      break;
    }
  }
  return problems;
}

std::string Settings::Help() const {
  std::size_t flags = 4;
  std::size_t variables = 11;
  std::size_t defaults = 7;
  for (const auto& option : options_) {
    flags = std::max(flags, option->flag.size());
    variables = std::max(variables, option->variable.size());
    defaults = std::max(defaults, option->shown_default.size());
  }
  std::string text = absl::StrCat(about_.name, ": ", about_.summary, "\n\n");
  const auto append_row = [&](absl::string_view flag, absl::string_view variable, absl::string_view value,
                              absl::string_view help) {
    AppendCell(&text, flag, flags);
    AppendCell(&text, variable, variables);
    AppendCell(&text, value, defaults);
    absl::StrAppend(&text, help, "\n");
  };
  append_row("flag", "environment", "default", "meaning");
  for (const auto& option : options_) {
    append_row(option->flag, option->variable, option->shown_default, option->help);
  }
  return text;
}

}  // namespace boutique::runtime
