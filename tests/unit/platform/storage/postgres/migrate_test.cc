// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/postgres/migrate.h"

#include <thread>
#include <vector>

#include "platform/storage/postgres/database.h"
#include "support/catch.h"
#include "support/postgres_server.h"

namespace boutique::postgres {
namespace {

using testing::PostgresServer;

const sql::Schema kFirst = {"stock", {}, {"CREATE SCHEMA stock; CREATE TABLE things (id BIGINT PRIMARY KEY)"}};
const sql::Schema kSecond = {
    "stock", {}, {kFirst.postgres[0], "ALTER TABLE things ADD COLUMN name TEXT NOT NULL DEFAULT 'none'"}};

struct Place {
  absl::Status Open(const sql::Schema& schema) {
    return postgres::Database::Open(*ParseUrl(url), schema, 2).status();
  }
  const std::string url = PostgresServer::Shared().NewDatabase();
};

TEST_CASE_METHOD(Place, "a schema is made once and then only brought forward", "[postgres]") {
  REQUIRE_OK(Open(kFirst));
  PostgresServer::Do(url, "INSERT INTO stock.things VALUES (1)");
  REQUIRE_OK(Open(kFirst));
  REQUIRE_OK(Open(kSecond));
  REQUIRE_OK(Open(kSecond));
  CHECK(PostgresServer::Do(url, "SELECT id, name FROM stock.things") == "1|none");
  CHECK(PostgresServer::Do(url, "SELECT version FROM stock.schema_version") == "2");
}

TEST_CASE_METHOD(Place, "the schemas of several services share a database", "[postgres]") {
  REQUIRE_OK(Open(kFirst));
  REQUIRE_OK(Open({"other", {}, {"CREATE SCHEMA other; CREATE TABLE things (name TEXT)"}}));
  CHECK(PostgresServer::Do(url, "SELECT count(*) FROM stock.things, other.things") == "0");
}

TEST_CASE_METHOD(Place, "of replicas that start together one migrates", "[postgres]") {
  std::vector<absl::Status> outcomes(6);
  {
    std::vector<std::jthread> replicas;
    for (absl::Status& outcome : outcomes) {
      replicas.emplace_back([this, &outcome] { outcome = Open(kSecond); });
    }
  }
  for (const absl::Status& outcome : outcomes) REQUIRE_OK(outcome);
  CHECK(PostgresServer::Do(url, "SELECT version FROM stock.schema_version") == "2");
}

TEST_CASE_METHOD(Place, "a schema of a newer version is refused with one line and left alone", "[postgres]") {
  REQUIRE_OK(Open(kSecond));
  const std::string shown = ParseUrl(url)->shown;
  CHECK(Open(kFirst) ==
        absl::FailedPreconditionError(shown + ": the schema stock was written by a newer version of this program "
                                              "(schema 2, known are those up to 1)"));
  CHECK(PostgresServer::Do(url, "SELECT version FROM stock.schema_version") == "2");
}

TEST_CASE_METHOD(Place, "a migration that fails leaves nothing of itself", "[postgres]") {
  const absl::Status outcome = Open({"stock", {}, {kFirst.postgres[0], "CREATE TABLE fine (a TEXT); SELECT nonsense"}});
  CHECK_CODE(outcome, kInternal);
  CHECK(PostgresServer::Do(url, "SELECT to_regclass('stock.things') IS NULL") == "t");
  REQUIRE_OK(Open(kSecond));
}

}  // namespace
}  // namespace boutique::postgres
