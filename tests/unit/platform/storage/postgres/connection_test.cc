// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/postgres/connection.h"

#include <limits>

#include "support/catch.h"
#include "support/postgres_server.h"

namespace boutique::postgres {
namespace {

using sql::Blob;
using sql::Rows;

struct Table {
  Table() {
    connection = Connect();
    connection->Script(
        "CREATE TABLE things (id BIGINT PRIMARY KEY, whole BIGINT, small INTEGER, text TEXT, bytes BYTEA, "
        "real DOUBLE PRECISION)");
    REQUIRE_OK(connection->status());
  }
  std::unique_ptr<Connection> Connect() {
    auto opened = Connection::Open(*ParseUrl(url));
    REQUIRE_OK(opened);
    REQUIRE_OK((*opened)->SetUp("public"));
    return *std::move(opened);
  }

  const std::string url = testing::PostgresServer::Shared().NewDatabase();
  std::unique_ptr<Connection> connection;
};

TEST_CASE_METHOD(Table, "every kind of value comes back from PostgreSQL as it went in", "[postgres]") {
  const std::string awkward = "a'b\"c\\x41$1?;--\xc3\xa4";
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  const auto least = std::numeric_limits<std::int64_t>::min();
  const char insert[] = "INSERT INTO things VALUES (?, ?, ?, ?, ?, ?)";
  CHECK(connection->Execute(insert, {1, least, -7, awkward, Blob{bytes}, 0.1}) == 1);
  CHECK(connection->Execute(insert, {2, 0, 0, "", Blob{""}, 1e300}) == 1);
  CHECK(connection->Execute(insert, {3, nullptr, nullptr, nullptr, nullptr, nullptr}) == 1);
  REQUIRE_OK(connection->status());
  Rows rows = connection->Query("SELECT whole, small, text, bytes, real, id = 1 FROM things ORDER BY id");
  REQUIRE(rows.Next());
  CHECK(rows.Integer(0) == least);
  CHECK(rows.Integer(1) == -7);
  CHECK(rows.Text(2) == awkward);
  CHECK(rows.Text(3) == bytes);
  CHECK(rows.Real(4) == 0.1);
  CHECK(rows.Integer(5) == 1);
  REQUIRE(rows.Next());
  CHECK(rows.Integer(0) == 0);
  CHECK_FALSE(rows.IsNull(2));
  CHECK(rows.Text(2).empty());
  CHECK_FALSE(rows.IsNull(3));
  CHECK(rows.Text(3).empty());
  CHECK(rows.Real(4) == 1e300);
  CHECK(rows.Integer(5) == 0);
  REQUIRE(rows.Next());
  for (int column = 0; column < 5; ++column) {
    CHECK(rows.IsNull(column));
    CHECK(rows.Text(column).empty());
    CHECK(rows.Integer(column) == 0);
  }
  CHECK_FALSE(rows.Next());
}

TEST_CASE_METHOD(Table, "D18: what a user sends is never part of a statement of PostgreSQL", "[postgres]") {
  connection->Execute("INSERT INTO things (id, text) VALUES (?, ?)", {1, "'; DROP TABLE things; --"});
  Rows found = connection->Query("SELECT id FROM things WHERE text = ?", {"'; DROP TABLE things; --"});
  CHECK(found.Next());
  CHECK(connection->Execute("UPDATE things SET text = ?", {"' OR 1 = 1"}) == 1);
  REQUIRE_OK(connection->status());
}

TEST_CASE_METHOD(Table, "a text that PostgreSQL cannot store is the caller's mistake", "[postgres]") {
  connection->Execute("INSERT INTO things (id, text) VALUES (?, ?)", {1, absl::string_view("a\0b", 3)});
  CHECK_CODE(connection->status(), kInvalidArgument);
  CHECK_CODE(connection->TakeFailure().status, kInvalidArgument);
  connection->Execute("INSERT INTO things (id, text) VALUES (?, ?)", {1, "\xff"});
  CHECK_CODE(connection->TakeFailure().status, kInvalidArgument);
  CHECK(connection->Execute("DELETE FROM things") == 0);
  REQUIRE_OK(connection->status());
}

TEST_CASE_METHOD(Table, "one statement of PostgreSQL can be read twice at once", "[postgres]") {
  for (const int id : {1, 2}) connection->Execute("INSERT INTO things (id) VALUES (?)", {id});
  std::string pairs;
  Rows outer = connection->Query("SELECT id FROM things ORDER BY id");
  while (outer.Next()) {
    Rows inner = connection->Query("SELECT id FROM things ORDER BY id");
    while (inner.Next()) pairs += outer.Text(0) + inner.Text(0) + " ";
  }
  CHECK(pairs == "11 12 21 22 ");
}

TEST_CASE_METHOD(Table, "after a failure PostgreSQL finds and changes nothing until it has been taken", "[postgres]") {
  const auto insert = [&](const char* text) {
    return connection->Execute("INSERT INTO things (id, text) VALUES (?, ?)", {1, text});
  };
  CHECK(insert("mine") == 1);
  connection->Script("BEGIN");
  CHECK(connection->Execute("UPDATE things SET text = 'changed'") == 1);
  CHECK(insert("secret") == 0);
  CHECK_FALSE(connection->Query("SELECT 1").Next());
  const Failure failure = connection->TakeFailure();
  CHECK(failure.kind == Failure::Kind::kStatement);
  CHECK_CODE(failure.status, kInternal);
  CHECK(failure.status.message().find("secret") == std::string::npos);
  CHECK(failure.status.message().find('\n') == std::string::npos);
  Rows rows = connection->Query("SELECT text FROM things");
  REQUIRE(rows.Next());
  CHECK(rows.Text(0) == "mine");
}

TEST_CASE_METHOD(Table, "rows that are being changed are waited for, or left out", "[postgres]") {
  for (const int id : {1, 2}) connection->Execute("INSERT INTO things (id, whole) VALUES (?, 0)", {id});
  const auto other = Connect();
  connection->Script("BEGIN");
  CHECK(connection->QueryForUpdate("SELECT id FROM things WHERE id = ?", {1}).Next());
  Rows free = other->QueryFreeForUpdate("SELECT id FROM things ORDER BY id");
  REQUIRE(free.Next());
  CHECK(free.Integer(0) == 2);
  CHECK_FALSE(free.Next());
  CHECK(other->Limit(std::chrono::milliseconds(100)) == std::chrono::milliseconds(200));
  other->QueryForUpdate("SELECT id FROM things ORDER BY id");
  const Failure failure = other->TakeFailure();
  CHECK(failure.kind == Failure::Kind::kStatement);
  CHECK_CODE(failure.status, kDeadlineExceeded);
}

TEST_CASE_METHOD(Table, "PostgreSQL is told a new limit only where the last one is too short or far too long",
                 "[postgres]") {
  using std::chrono::milliseconds;
  const std::pair<int, int> steps[] = {{29'000, 30'000}, {9'000, 30'000}, {4'500, 5'000},  {2'000, 5'000},
                                       {1'200, 2'000},   {2'100, 5'000},  {31'000, 600'000}, {100, 200}};
  for (const auto& [left, limit] : steps) {
    CAPTURE(left);
    CHECK(connection->Limit(milliseconds(left)) == milliseconds(limit));
    Rows told = connection->Query("SELECT setting::bigint FROM pg_settings WHERE name = 'statement_timeout'");
    REQUIRE(told.Next());
    CHECK(told.Integer(0) == limit);
  }
}

TEST_CASE_METHOD(Table, "a connection that is cut is known to be", "[postgres]") {
  connection->Cut();
  connection->Execute("DELETE FROM things");
  const Failure failure = connection->TakeFailure();
  CHECK(failure.kind == Failure::Kind::kConnection);
  CHECK_CODE(failure.status, kUnavailable);
  CHECK_FALSE(connection->IsOpen());
}

TEST_CASE_METHOD(Table, "a wrong number of values is a failure of PostgreSQL", "[postgres]") {
  connection->Execute("INSERT INTO things (id) VALUES (?)", {1, 2});
  CHECK_FALSE(connection->TakeFailure().ok());
  connection->Execute("no statement at all");
  CHECK_CODE(connection->TakeFailure().status, kInternal);
  CHECK(connection->Query("SELECT 1").Next());
}

}  // namespace
}  // namespace boutique::postgres
