// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/postgres/options.h"

#include <libpq-fe.h>

#include <map>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace boutique::postgres {
namespace {

const std::map<std::string, std::string>& Defaults() {
  static const std::map<std::string, std::string> defaults = {
      {"application_name", "boutique"}, {"client_encoding", "UTF8"}, {"connect_timeout", "3"},
      {"keepalives_count", "3"},        {"keepalives_idle", "30"},   {"keepalives_interval", "10"},
      {"tcp_user_timeout", "30000"},
  };
  return defaults;
}

std::string Of(const std::map<std::string, std::string>& settings, const std::string& name, const std::string& absent) {
  const auto found = settings.find(name);
  return found == settings.end() || found->second.empty() ? absent : found->second;
}

}  // namespace

absl::StatusOr<Options> ParseUrl(const std::string& url, const std::string& password) {
  const auto refused = absl::InvalidArgumentError("is no postgresql://user:password@host:port/database");
  if (!absl::StartsWith(url, "postgresql://") && !absl::StartsWith(url, "postgres://")) return refused;
  char* error = nullptr;  // libpq's message would quote the password
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(PQconninfoParse(url.c_str(), &error),
                                                                             PQconninfoFree);
  PQfreemem(error);
  if (parsed == nullptr) return refused;
  std::map<std::string, std::string> settings;
  for (const PQconninfoOption* option = parsed.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) settings.emplace(option->keyword, option->val);
  }
  if (!password.empty()) settings["password"] = password;
  Options options;
  options.shown = absl::StrCat(Of(settings, "host", Of(settings, "hostaddr", "localhost")), ":",
                               Of(settings, "port", "5432"), "/", Of(settings, "dbname", Of(settings, "user", "")));
  settings.insert(Defaults().begin(), Defaults().end());
  for (const auto& [name, value] : settings) {
    absl::StrAppend(&options.connection, name, "='", absl::StrReplaceAll(value, {{"\\", "\\\\"}, {"'", "\\'"}}), "' ");
  }
  return options;
}

}  // namespace boutique::postgres
