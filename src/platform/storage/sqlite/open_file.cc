// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/sqlite/open_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace boutique::sqlite {
namespace {

constexpr char kInMemory[] = ":memory:";
// A larger file is not looked through: that would keep the start waiting.
constexpr std::uintmax_t kMostToLookThrough = std::uintmax_t{256} << 20;

absl::Status CannotMake(const std::string& what, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(what, ": cannot be made: ", why));
}

// Orders hold addresses: nobody but the owner may read the files. SQLite gives its log the database's permissions.
absl::Status MakeFile(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty() && std::filesystem::create_directories(folder, error)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  if (error) return CannotMake(folder.string(), error.message());
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0) {
    close(file);
  } else if (errno != EEXIST) {
    return CannotMake(path, std::strerror(errno));
  }
  return absl::OkStatus();
}

// The status, if it is an error, with the file's name.
absl::Status Named(const std::string& path, const absl::Status& status) {
  return status.ok() ? status : absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
}

// FAILED_PRECONDITION if the file is not what SQLite wrote, as when only half of it was.
absl::Status LookThrough(const std::string& path, Connection& connection) {
  std::error_code ignored;
  if (std::filesystem::file_size(path, ignored) > kMostToLookThrough) return absl::OkStatus();
  std::string found;
  {
    Rows rows = connection.Query("PRAGMA quick_check(1)");
    if (rows.Next()) found = rows.Text(0);
  }
  const absl::Status failure = connection.TakeStatus();
  if (failure.ok() && found == "ok") return absl::OkStatus();
  if (!failure.ok() && !connection.IsDamaged()) return Named(path, failure);
  std::string why = failure.ok() ? found : std::string(failure.message());
  std::replace(why.begin(), why.end(), '\n', ' ');
  return absl::FailedPreconditionError(absl::StrCat(path, ": is damaged: ", why));
}

std::int64_t VersionOf(Connection& connection) {
  Rows rows = connection.Query("PRAGMA user_version");
  return rows.Next() ? rows.Integer(0) : 0;
}

absl::Status Migrate(const std::string& path, Connection& connection, const Migrations& migrations) {
  connection.Script("BEGIN IMMEDIATE");
  const std::int64_t newest = static_cast<std::int64_t>(migrations.size());
  const std::int64_t version = VersionOf(connection);
  if (version > newest || version < 0) {
    connection.Script("ROLLBACK");
    return absl::FailedPreconditionError(absl::StrCat(path, ": was written by a newer version of this program (schema ",
                                                      version, ", known are those up to ", newest, ")"));
  }
  for (std::int64_t next = version; next < newest; ++next) {
    connection.Script(migrations[static_cast<std::size_t>(next)]);
  }
  if (version < newest) connection.Script(absl::StrCat("PRAGMA user_version = ", newest));
  connection.Script("COMMIT");
  // A failure ends with the connection, which rolls back.
  return Named(path, connection.status());
}

}  // namespace

std::string FileIn(absl::string_view data_directory, absl::string_view name) {
  return data_directory == kInMemory ? kInMemory : absl::StrCat(data_directory, "/", name);
}

absl::StatusOr<std::unique_ptr<Connection>> OpenFile(const std::string& path, const Migrations& migrations) {
  if (path != kInMemory) {
    if (absl::Status bad = MakeFile(path); !bad.ok()) return bad;
  }
  auto connection = Connection::Open(path);
  if (!connection.ok()) return connection.status();
  if (path != kInMemory) {
    if (absl::Status bad = LookThrough(path, **connection); !bad.ok()) return bad;
  }
  if (absl::Status bad = Migrate(path, **connection, migrations); !bad.ok()) return bad;
  return connection;
}

}  // namespace boutique::sqlite
