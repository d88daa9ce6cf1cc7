// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/postgres/migrate.h"

#include <chrono>
#include <cstdint>

#include "absl/strings/str_cat.h"

namespace boutique::postgres {
namespace {

constexpr std::int64_t kAbsent = -1;

std::int64_t VersionOf(Connection& connection, const std::string& schema) {
  sql::Rows there = connection.Query("SELECT to_regclass(?) IS NOT NULL", {absl::StrCat(schema, ".schema_version")});
  if (!there.Next() || there.Integer(0) == 0) return kAbsent;
  sql::Rows rows = connection.Query("SELECT version FROM schema_version");
  return rows.Next() ? rows.Integer(0) : kAbsent;
}

}  // namespace

absl::Status Migrate(Connection& connection, const std::string& shown, const sql::Schema& schema) {
  connection.Limit(std::chrono::minutes(10));
  connection.Script("BEGIN");
  connection.Query("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", {schema.name});
  const std::int64_t version = VersionOf(connection, schema.name);
  const auto newest = static_cast<std::int64_t>(schema.postgres.size());
  if (connection.status().ok() && version > newest) {
    connection.Script("ROLLBACK");
    return absl::FailedPreconditionError(absl::StrCat(shown, ": the schema ", schema.name,
                                                      " was written by a newer version of this program (schema ",
                                                      version, ", known are those up to ", newest, ")"));
  }
  for (std::int64_t next = std::max<std::int64_t>(version, 0); next < newest; ++next) {
    connection.Script(schema.postgres[static_cast<std::size_t>(next)]);
  }
  if (version == kAbsent) {
    connection.Script("CREATE TABLE schema_version (version BIGINT NOT NULL)");
    connection.Execute("INSERT INTO schema_version (version) VALUES (?)", {newest});
  } else if (version < newest) {
    connection.Execute("UPDATE schema_version SET version = ?", {newest});
  }
  connection.Script("COMMIT");
  const Failure failure = connection.TakeFailure();
  return failure.ok() ? absl::OkStatus()
                      : absl::Status(failure.status.code(), absl::StrCat(shown, ": ", failure.status.message()));
}

}  // namespace boutique::postgres
