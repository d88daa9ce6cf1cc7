// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/sqlite/connection.h"

#include <limits>

#include "support/catch.h"

namespace boutique::sqlite {
namespace {

struct Table {
  Table() {
    auto opened = Connection::Open(":memory:");
    REQUIRE_OK(opened);
    connection = *std::move(opened);
    connection->Script("CREATE TABLE things (id INTEGER PRIMARY KEY, what ANY) STRICT");
    REQUIRE_OK(connection->status());
  }
  void Put(int id, Value what) {
    CHECK(connection->Execute("INSERT INTO things (id, what) VALUES (?, ?)", {id, what}) == 1);
  }
  Rows Get(int id) { return connection->Query("SELECT what FROM things WHERE id = ?", {id}); }

  std::unique_ptr<Connection> connection;
};

TEST_CASE_METHOD(Table, "every kind of value comes back as it went in", "[sqlite]") {
  const std::string awkward("a'b\"c\0d;--\xc3\xa4", 12);
  Put(1, std::numeric_limits<std::int64_t>::min());
  Put(2, awkward);
  Put(3, Blob{awkward});
  Put(4, 0.1);
  Put(5, nullptr);
  Put(6, "");
  Put(7, Blob{""});
  REQUIRE_OK(connection->status());
  Rows least = Get(1);
  REQUIRE(least.Next());
  CHECK(least.Integer(0) == std::numeric_limits<std::int64_t>::min());
  CHECK_FALSE(least.Next());
  for (const int id : {2, 3}) {
    Rows text = Get(id);
    REQUIRE(text.Next());
    CHECK(text.Text(0) == awkward);
  }
  Rows real = Get(4);
  REQUIRE(real.Next());
  CHECK(real.Real(0) == 0.1);
  Rows nothing = Get(5);
  REQUIRE(nothing.Next());
  CHECK(nothing.IsNull(0));
  CHECK(nothing.Text(0).empty());
  CHECK(nothing.Integer(0) == 0);
  for (const int id : {6, 7}) {
    Rows empty = Get(id);
    REQUIRE(empty.Next());
    CHECK_FALSE(empty.IsNull(0));
    CHECK(empty.Text(0).empty());
  }
}

TEST_CASE_METHOD(Table, "D18: what a user sends is never part of a statement", "[sqlite]") {
  Put(1, "'; DROP TABLE things; --");
  Rows found = connection->Query("SELECT id FROM things WHERE what = ?", {"'; DROP TABLE things; --"});
  CHECK(found.Next());
  CHECK(connection->Execute("UPDATE things SET what = ?", {"' OR 1 = 1"}) == 1);
  REQUIRE_OK(connection->status());
}

TEST_CASE_METHOD(Table, "one statement can be read twice at once", "[sqlite]") {
  Put(1, "a");
  Put(2, "b");
  std::string pairs;
  Rows outer = connection->Query("SELECT what FROM things ORDER BY id");
  while (outer.Next()) {
    Rows inner = connection->Query("SELECT what FROM things ORDER BY id");
    while (inner.Next()) pairs += outer.Text(0) + inner.Text(0) + " ";
  }
  CHECK(pairs == "aa ab ba bb ");
}

TEST_CASE_METHOD(Table, "after a failure nothing is found or changed until it has been taken", "[sqlite]") {
  Put(1, "a");
  CHECK(connection->Execute("INSERT INTO things (id, what) VALUES (?, ?)", {1, "b"}) == 0);
  CHECK_CODE(connection->status(), kInternal);
  CHECK_FALSE(Get(1).Next());
  CHECK(connection->Execute("DELETE FROM things") == 0);
  connection->Script("DROP TABLE things");
  const absl::Status failure = connection->TakeStatus();
  CHECK_CODE(failure, kInternal);
  CHECK(Get(1).Next());
  REQUIRE_OK(connection->status());
}

TEST_CASE_METHOD(Table, "a failure in the middle of reading ends the reading", "[sqlite]") {
  Put(1, "a");
  Put(2, "b");
  Rows rows = connection->Query("SELECT what FROM things");
  REQUIRE(rows.Next());
  connection->Execute("no statement at all");
  CHECK_FALSE(rows.Next());
  const absl::Status failure = connection->TakeStatus();
  CHECK_CODE(failure, kInternal);
}

TEST_CASE_METHOD(Table, "a wrong number of values is a failure", "[sqlite]") {
  connection->Execute("INSERT INTO things (id, what) VALUES (?, ?)", {1, 2, 3});
  const absl::Status failure = connection->TakeStatus();
  CHECK_CODE(failure, kInternal);
}

}  // namespace
}  // namespace boutique::sqlite
