// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/sqlite/connection.h"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <utility>

#include "absl/strings/str_cat.h"

namespace boutique::sqlite {
namespace {

constexpr int kBusyTimeoutMs = 5000;
constexpr char kSetUp[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA trusted_schema = OFF;";

absl::StatusCode CodeOf(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_NOTADB:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY: return absl::StatusCode::kUnavailable;
    default: return absl::StatusCode::kInternal;
  }
}

absl::Status StatusOf(const SQLite::Exception& error) {
  return absl::Status(CodeOf(error.getErrorCode()), absl::StrCat("the database failed: ", error.what()));
}

absl::Status OpenError(const std::string& path, const SQLite::Exception& error) {
  switch (error.getErrorCode() & 0xff) {
    case SQLITE_NOTADB: return absl::FailedPreconditionError(absl::StrCat(path, ": is not a SQLite database"));
    case SQLITE_CORRUPT: return absl::FailedPreconditionError(absl::StrCat(path, ": is damaged: ", error.what()));
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return absl::FailedPreconditionError(absl::StrCat(path, ": cannot be opened for writing: ", error.what()));
    default: return absl::Status(CodeOf(error.getErrorCode()), absl::StrCat(path, ": ", error.what()));
  }
}

struct Binder {
  SQLite::Statement& statement;
  int index;
  void operator()(std::nullptr_t) const { statement.bind(index); }
  void operator()(std::int64_t value) const { statement.bind(index, value); }
  void operator()(double value) const { statement.bind(index, value); }
  void operator()(absl::string_view value) const { statement.bind(index, std::string(value)); }
  void operator()(Blob value) const {
    // A null address would bind NULL.
    const char* const bytes = value.bytes.empty() ? "" : value.bytes.data();
    statement.bind(index, static_cast<const void*>(bytes), static_cast<int>(value.bytes.size()));
  }
};

}  // namespace

template <typename Step>
void Connection::Guard(Step step) {
  if (!status_.ok()) return;
  try {
    step();
  } catch (const SQLite::Exception& error) {
    status_ = StatusOf(error);
    damaged_ = damaged_ || (error.getErrorCode() & 0xff) == SQLITE_CORRUPT;
  }
}

class Connection::Statement final : public sql::Cursor {
 public:
  Statement(Connection& connection, absl::string_view sql)
      : connection_(connection), sqlite_(*connection.database_, std::string(sql)) {}

  bool Next() override {
    bool found = false;
    connection_.Guard([&] { found = sqlite_.executeStep(); });
    return found;
  }
  std::int64_t Integer(int column) const override { return sqlite_.getColumn(column).getInt64(); }
  double Real(int column) const override { return sqlite_.getColumn(column).getDouble(); }
  std::string Text(int column) const override { return sqlite_.getColumn(column).getString(); }
  bool IsNull(int column) const override { return sqlite_.getColumn(column).isNull(); }

  void GiveBack() override {
    // A reset repeats the error of a failed step, which is known by now.
    sqlite_.tryReset();
    sqlite_.clearBindings();
    std::unique_ptr<Statement> self(this);
    connection_.idle_.try_emplace(sqlite_.getQuery(), std::move(self));
  }

  void Bind(Values values) {
    int index = 0;
    for (const Value& value : values) std::visit(Binder{sqlite_, ++index}, value.content());
  }
  std::int64_t RunToEnd() { return sqlite_.exec(); }

 private:
  Connection& connection_;
  SQLite::Statement sqlite_;
};

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path) {
  try {
    auto database = std::make_unique<SQLite::Database>(
        path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs);
    database->exec(kSetUp);
    // SQLite itself tells that with the first change.
    if (sqlite3_db_readonly(database->getHandle(), "main") == 1) {
      return absl::FailedPreconditionError(absl::StrCat(path, ": cannot be opened for writing: it may only be read"));
    }
    return std::unique_ptr<Connection>(new Connection(std::move(database)));
  } catch (const SQLite::Exception& error) {
    return OpenError(path, error);
  }
}

Connection::Connection(std::unique_ptr<SQLite::Database> database) : database_(std::move(database)) {}
Connection::~Connection() = default;

std::unique_ptr<Connection::Statement> Connection::Take(absl::string_view sql) {
  // A statement that is in use is not among the idle ones: a second is prepared beside it.
  if (const auto found = idle_.find(sql); found != idle_.end()) return std::move(idle_.extract(found).mapped());
  return std::make_unique<Statement>(*this, sql);
}

Connection::Statement* Connection::Begin(absl::string_view sql, Values values) {
  std::unique_ptr<Statement> statement;
  Guard([&] {
    statement = Take(sql);
    statement->Bind(values);
  });
  return status_.ok() ? statement.release() : nullptr;
}

Rows Connection::Query(absl::string_view sql, Values values) { return Rows(Begin(sql, values)); }

std::int64_t Connection::Execute(absl::string_view sql, Values values) {
  Statement* const statement = Begin(sql, values);
  const Rows rows(statement);
  std::int64_t changed = 0;
  Guard([&] { changed = statement->RunToEnd(); });
  return status_.ok() ? changed : 0;
}

std::int64_t Connection::ExecuteBoth(absl::string_view change, Values change_values, absl::string_view insertion,
                                     Values insertion_values) {
  const std::int64_t changed = Execute(change, change_values);
  // Without a WHERE, the ON would be taken for a join's.
  if (changed > 0) Execute(absl::StrCat(insertion, " WHERE true ON CONFLICT DO NOTHING"), insertion_values);
  return changed;
}

void Connection::Script(const std::string& sql) {
  Guard([&] { database_->exec(sql); });
}

absl::Status Connection::TakeStatus() { return std::exchange(status_, absl::OkStatus()); }

std::int64_t Connection::Changes() const { return sqlite3_total_changes(database_->getHandle()); }

bool Connection::InTransaction() const { return sqlite3_get_autocommit(database_->getHandle()) == 0; }

}  // namespace boutique::sqlite
