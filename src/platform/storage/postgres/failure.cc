// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/postgres/failure.h"

#include <pqxx/except>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace boutique::postgres {
namespace {

using Kind = Failure::Kind;

struct Meaning {
  absl::string_view state;  // how an SQLSTATE begins
  Kind kind;
  absl::StatusCode code;
  absl::string_view message;  // empty: PostgreSQL's own
};

// The first that fits counts.
constexpr Meaning kMeanings[] = {
    {"08", Kind::kConnection, absl::StatusCode::kUnavailable, "the connection to the database was lost"},
    {"57P", Kind::kConnection, absl::StatusCode::kUnavailable, "the connection to the database was lost"},
    {"57014", Kind::kStatement, absl::StatusCode::kDeadlineExceeded, "the database did not answer in time"},
    {"25P0", Kind::kConnection, absl::StatusCode::kUnavailable, "the database ended a transaction"},
    {"25006", Kind::kDatabase, absl::StatusCode::kUnavailable, "the database is read-only"},
    {"53", Kind::kDatabase, absl::StatusCode::kUnavailable, ""},
    {"55P03", Kind::kConflict, absl::StatusCode::kUnavailable, "the database is too busy with the same rows"},
    {"58", Kind::kDatabase, absl::StatusCode::kUnavailable, ""},
    {"XX001", Kind::kDatabase, absl::StatusCode::kUnavailable, ""},
    {"XX002", Kind::kDatabase, absl::StatusCode::kUnavailable, ""},
    {"22021", Kind::kStatement, absl::StatusCode::kInvalidArgument, "a text has a character that cannot be stored"},
    {"", Kind::kStatement, absl::StatusCode::kInternal, ""},
};

Failure Lost() {
  return {Kind::kConnection, absl::UnavailableError("the connection to the database was lost")};
}

}  // namespace

std::string FirstLine(absl::string_view message) {
  std::string line(message.substr(0, message.find('\n')));
  while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.pop_back();
  return line;
}

Failure FailureOf(const std::exception& error, bool open) {
  if (!open || dynamic_cast<const pqxx::broken_connection*>(&error) != nullptr) return Lost();
  if (dynamic_cast<const pqxx::transaction_rollback*>(&error) != nullptr) {  // class 40, of which not all give it
    return {Kind::kConflict, absl::UnavailableError("the database is too busy with the same rows")};
  }
  const auto* const refused = dynamic_cast<const pqxx::sql_error*>(&error);
  const std::string state = refused == nullptr ? "" : refused->sqlstate();
  for (const Meaning& meaning : kMeanings) {
    if (!absl::StartsWith(state, meaning.state)) continue;
    const std::string message = meaning.message.empty()
                                    ? absl::StrCat("the database failed: ", FirstLine(error.what()))
                                    : std::string(meaning.message);
    return {meaning.kind, absl::Status(meaning.code, message)};
  }
  return Lost();
}

}  // namespace boutique::postgres
