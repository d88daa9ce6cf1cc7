// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/postgres/connection.h"

#include <sys/socket.h>

#include <cstdlib>
#include <optional>
#include <pqxx/pqxx>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "platform/storage/postgres/statement_text.h"

namespace boutique::postgres {
namespace {

constexpr std::uint32_t kBytea = 17;  // its type's number in every PostgreSQL
constexpr absl::string_view kLockClauses[] = {"", " FOR UPDATE", " FOR UPDATE SKIP LOCKED"};

struct TimeLimit {
  std::chrono::milliseconds limit;
  const char* statement;
};
constexpr TimeLimit kTimeLimits[] = {
    {std::chrono::milliseconds(200), "SET statement_timeout = '200ms'"},
    {std::chrono::milliseconds(500), "SET statement_timeout = '500ms'"},
    {std::chrono::seconds(1), "SET statement_timeout = '1s'"},
    {std::chrono::seconds(2), "SET statement_timeout = '2s'"},
    {std::chrono::seconds(5), "SET statement_timeout = '5s'"},
    {std::chrono::seconds(10), "SET statement_timeout = '10s'"},
    {std::chrono::seconds(30), "SET statement_timeout = '30s'"},
    {std::chrono::minutes(10), "SET statement_timeout = '10min'"},
};

constexpr int kNotFarTooMuch = 4;

using Texts = std::vector<std::optional<std::string>>;

// Adds a value to those of a statement, as text.
struct Writer {
  Texts& texts;
  void operator()(std::nullptr_t) const { texts.emplace_back(); }
  void operator()(std::int64_t value) const { texts.emplace_back(absl::StrCat(value)); }
  void operator()(double value) const { texts.emplace_back(pqxx::to_string(value)); }
  void operator()(absl::string_view value) const { texts.emplace_back(std::string(value)); }
  void operator()(sql::Blob value) const {
    texts.emplace_back(absl::StrCat("\\x", absl::BytesToHexString(value.bytes)));
  }
};

// A text ends at its first NUL for PostgreSQL, which would store the rest of it nowhere.
bool HasNul(const Texts& texts) {
  for (const auto& text : texts) {
    if (text.has_value() && text->find('\0') != std::string::npos) return true;
  }
  return false;
}

#if PQXX_VERSION_MAJOR >= 7
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"  // later releases rename what the first ones have
pqxx::result RunPrepared(pqxx::nontransaction& session, const std::string& name, Texts texts) {
  pqxx::params values;
  for (auto& text : texts) {
    if (text.has_value()) {
      values.append(*std::move(text));
    } else {
      values.append();
    }
  }
  return session.exec_prepared(name, values);
}
#else
pqxx::result RunPrepared(pqxx::nontransaction& session, const std::string& name, const Texts& texts) {
  std::vector<const char*> values;
  for (const auto& text : texts) values.push_back(text.has_value() ? text->c_str() : nullptr);
  return session.exec_prepared(name, pqxx::prepare::make_dynamic_params(values));
}
#endif

}  // namespace

struct Connection::Session {
  explicit Session(const std::string& options) : connection(options), quiet(connection), socket(connection.sock()) {
#if PQXX_VERSION_MAJOR < 7
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection.inhibit_reactivation(true);  // a connection that comes back by itself would not be in our transaction
#pragma GCC diagnostic pop
#endif
    statements.emplace(connection);
  }

  pqxx::connection connection;
  pqxx::quiet_errorhandler quiet;  // failures are thrown, too: nothing is to be written to standard error
  std::optional<pqxx::nontransaction> statements;
  const int socket;
};

class Connection::Statement final : public sql::Cursor {
 public:
  Statement(Connection& connection, Lock lock, absl::string_view sql, std::string name)
      : connection_(connection), lock_(lock), sql_(sql), name_(std::move(name)) {
    connection_.session_->connection.prepare(name_, absl::StrCat(Numbered(sql), kLockClauses[lock]));
  }

  void Run(const Texts& texts) {
    result_ = RunPrepared(*connection_.session_->statements, name_, texts);
    row_ = -1;
  }
  std::int64_t changed() const { return static_cast<std::int64_t>(result_.affected_rows()); }

  bool Next() override { return connection_.failure_.ok() && ++row_ < static_cast<int>(result_.size()); }
  std::int64_t Integer(int column) const override {
    const pqxx::field field = FieldOf(column);
    std::int64_t value = 0;
    if (!absl::SimpleAtoi(absl::string_view(field.c_str(), field.size()), &value)) value = field.c_str()[0] == 't';
    return value;
  }
  double Real(int column) const override {
    double value = 0;
    return absl::SimpleAtod(FieldOf(column).c_str(), &value) ? value : 0;
  }
  std::string Text(int column) const override {
    const pqxx::field field = FieldOf(column);
    const absl::string_view text(field.c_str(), field.size());
    const bool bytes = result_.column_type(static_cast<pqxx::row::size_type>(column)) == kBytea && text.size() >= 2;
    return bytes ? absl::HexStringToBytes(text.substr(2)) : std::string(text);
  }
  bool IsNull(int column) const override { return FieldOf(column).is_null(); }

  void GiveBack() override {
    result_.clear();
    std::unique_ptr<Statement> self(this);
    connection_.idle_[lock_].try_emplace(sql_, std::move(self));
  }

 private:
  pqxx::field FieldOf(int column) const {
    return result_[static_cast<pqxx::result::size_type>(row_)][static_cast<pqxx::row::size_type>(column)];
  }

  Connection& connection_;
  const Lock lock_;
  const std::string sql_;
  const std::string name_;
  pqxx::result result_;
  int row_ = -1;
};

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const Options& options) {
  try {
    return std::unique_ptr<Connection>(new Connection(std::make_unique<Session>(options.connection)));
  } catch (const std::exception& error) {
    return absl::UnavailableError(FirstLine(error.what()));
  }
}

absl::Status Connection::SetUp(const std::string& schema) {
  Query(
      "SELECT set_config('search_path', ?, false), set_config('client_min_messages', 'error', false), "
      "set_config('bytea_output', 'hex', false)",
      {schema});
  return TakeFailure().status;
}

Connection::Connection(std::unique_ptr<Session> session) : session_(std::move(session)) {}
Connection::~Connection() = default;

template <typename Step>
void Connection::Guard(Step step) {
  if (!failure_.ok()) return;
  try {
    step();
  } catch (const std::exception& error) {
    failure_ = FailureOf(error, IsOpen());
  }
}

Connection::Statement* Connection::Run(absl::string_view sql, Lock lock, absl::Span<const sql::Value> values) {
  std::unique_ptr<Statement> statement;
  Guard([&] {
    Texts texts;
    texts.reserve(values.size());
    for (const sql::Value& value : values) std::visit(Writer{texts}, value.content());
    if (HasNul(texts)) {
      failure_ = {Failure::Kind::kStatement, absl::InvalidArgumentError("a text has a NUL, which cannot be stored")};
      return;
    }
    // A statement that is in use is not among the idle ones: a second is prepared beside it.
    if (const auto found = idle_[lock].find(sql); found != idle_[lock].end()) {
      statement = std::move(idle_[lock].extract(found).mapped());
    } else {
      statement = std::make_unique<Statement>(*this, lock, sql, absl::StrCat("s", ++prepared_));
    }
    statement->Run(texts);
  });
  if (failure_.ok()) return statement.release();
  if (statement != nullptr) statement.release()->GiveBack();
  return nullptr;
}

sql::Rows Connection::Query(absl::string_view sql, Values values) { return sql::Rows(Run(sql, kNone, values)); }
sql::Rows Connection::QueryForUpdate(absl::string_view sql, Values values) {
  return sql::Rows(Run(sql, kWaiting, values));
}
sql::Rows Connection::QueryFreeForUpdate(absl::string_view sql, Values values) {
  return sql::Rows(Run(sql, kSkipping, values));
}

std::int64_t Connection::Execute(absl::string_view sql, Values values) {
  Statement* const statement = Run(sql, kNone, values);
  const sql::Rows rows(statement);
  return statement == nullptr ? 0 : statement->changed();
}

std::int64_t Connection::ExecuteBoth(absl::string_view change, Values change_values, absl::string_view insertion,
                                     Values insertion_values) {
  std::vector<sql::Value> values(change_values);
  values.insert(values.end(), insertion_values);
  sql::Rows rows(Run(absl::StrCat("WITH changed AS (", change, " RETURNING 1), inserted AS (", insertion,
                                  " FROM changed ON CONFLICT DO NOTHING) SELECT count(*) FROM changed"),
                     kNone, values));
  return rows.Next() ? rows.Integer(0) : 0;
}

void Connection::Together(const std::function<void()>& steps) {
  Script("BEGIN");
  steps();
  Script("COMMIT");
}

std::chrono::milliseconds Connection::Limit(std::chrono::nanoseconds left) {
  // To tell the server is a round trip: what it was told last serves as long as it is not far too much.
  if (limit_ < std::size(kTimeLimits)) {
    const std::chrono::nanoseconds told = kTimeLimits[limit_].limit;
    if (left <= told && told <= kNotFarTooMuch * left) return kTimeLimits[limit_].limit;
  }
  std::size_t which = 0;
  while (which + 1 < std::size(kTimeLimits) && kTimeLimits[which].limit < left) ++which;
  if (which != limit_) Script(kTimeLimits[which].statement);
  if (failure_.ok()) limit_ = which;
  return kTimeLimits[which].limit;
}

void Connection::Script(const std::string& sql) {
  Guard([&] { session_->statements->exec(sql); });
}

Failure Connection::TakeFailure() {
  Failure first = std::exchange(failure_, Failure());
  if (!first.ok() && IsOpen()) {
    Script("ROLLBACK");
    // Of a connection that libpq has closed the number may be another's by now.
    if (!failure_.ok() && IsOpen()) Cut();
    failure_ = Failure();
  }
  return first;
}

bool Connection::IsOpen() const { return session_->connection.is_open(); }

void Connection::Cut() const { shutdown(session_->socket, SHUT_RDWR); }

}  // namespace boutique::postgres
