// SPDX-License-Identifier: Apache-2.0
// A bare connection to PostgreSQL, as a measure and to look on. Threads: belongs to one.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace boutique::benchmark {

// What fails ends this program.
class PostgresSession {
 public:
  explicit PostgresSession(const std::string& url) : connection_(PQconnectdb(url.c_str()), PQfinish) {}

  // What the statement answers in its first row's first column; nothing if there is none.
  std::string Do(const std::string& statement) {
    PGresult* const result = Check(PQexec(connection_.get(), statement.c_str()));
    const std::string answer = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
    PQclear(result);
    return answer;
  }
  // The table of CommitEach.
  void MakeTable() { Do("CREATE TABLE bare (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, row BYTEA)"); }
  // Before CommitEach.
  void Prepare() {
    PQclear(Check(PQprepare(connection_.get(), "insert", "INSERT INTO bare (row) VALUES ($1)", 1, nullptr)));
  }
  // Rows as large as an order, one by one, each a transaction; how long each takes.
  void CommitEach(int count, std::vector<double>* milliseconds) {
    const std::string row(600, 'x');
    const char* const values[] = {row.data()};
    const int lengths[] = {static_cast<int>(row.size())};
    const int formats[] = {1};
    for (int i = 0; i < count; ++i) {
      const auto begun = std::chrono::steady_clock::now();
      PQclear(Check(PQexecPrepared(connection_.get(), "insert", 1, values, lengths, formats, 0)));
      const auto took = std::chrono::steady_clock::now() - begun;
      milliseconds->push_back(std::chrono::duration<double, std::milli>(took).count());
    }
  }

 private:
  PGresult* Check(PGresult* result) {
    const auto status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
    std::fprintf(stderr, "%s\n", PQerrorMessage(connection_.get()));
    std::exit(1);
  }
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

}  // namespace boutique::benchmark
