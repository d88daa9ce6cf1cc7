// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/sqlite/database.h"

#include <fstream>
#include <semaphore>

#include "support/catch.h"
#include "support/full_disk.h"
#include "support/loop_call.h"
#include "support/temporary_folder.h"

namespace boutique::sqlite {
namespace {

const Migrations kCounters = {"CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT"};

absl::StatusOr<std::int64_t> ValueOf(Connection& connection, absl::string_view name) {
  Rows rows = connection.Query("SELECT value FROM counters WHERE name = ?", {name});
  if (!rows.Next()) return absl::NotFoundError("no such counter");
  return rows.Integer(0);
}

absl::StatusOr<std::int64_t> AddTo(Connection& connection, absl::string_view name, std::int64_t amount) {
  connection.Execute(
      "INSERT INTO counters (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = value + ?2",
      {name, amount});
  return ValueOf(connection, name);
}

struct Counters : testing::LoopCall, testing::TemporaryFolder {
  Counters() { Reopen(); }

  void Reopen() {
    database.reset();
    auto opened = Database::Open(File("counters.db"), kCounters);
    REQUIRE_OK(opened);
    database = *std::move(opened);
  }
  rpc::Reply<std::int64_t> Add(const rpc::CallContext& on, std::string name, std::int64_t amount) {
    auto add = [&](Connection& connection) { return AddTo(connection, name, amount); };
    co_return co_await database->Write(on, std::move(add));
  }
  absl::StatusOr<std::int64_t> Value(absl::string_view name) {
    auto read = [&](Connection& connection) { return ValueOf(connection, name); };
    return Get(database->Read(call, std::move(read)));
  }
  // Keeps the database's thread busy until `go`, so that what comes meanwhile waits together.
  void Occupy(std::binary_semaphore& go) {
    std::binary_semaphore busy(0);
    auto wait = [&](Connection&) -> absl::StatusOr<int> {
      busy.release();
      go.acquire();
      return 0;
    };
    coro::Spawn(Hold(std::move(wait)), [this](absl::StatusOr<int>) { ended.release(); });
    busy.acquire();
  }
  template <typename Wait>
  rpc::Reply<int> Hold(Wait wait) {
    co_return co_await database->Read(call, std::move(wait));
  }

  std::unique_ptr<Database> database;
  std::counting_semaphore<4096> ended{0};
};

TEST_CASE_METHOD(Counters, "a change and its insertion into a file are made both or neither", "[sqlite]") {
  REQUIRE_OK(Get(Add(call, "stock", 1)));
  const auto take_and_note = [this](const char* note) {
    auto take = [note](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
      return connection.ExecuteBoth("UPDATE counters SET value = value - 1 WHERE name = ? AND value > ?", {"stock", 0},
                                    "INSERT INTO counters (name, value) SELECT ?, ?", {note, 17});
    };
    return Get(database->WriteOnce(call, std::move(take)));
  };
  CHECK(take_and_note("a note").value_or(-1) == 1);
  CHECK(Value("stock").value_or(-1) == 0);
  CHECK(Value("a note").value_or(-1) == 17);
  CHECK(take_and_note("another note").value_or(-1) == 0);
  CHECK_CODE(Value("another note"), kNotFound);
  REQUIRE_OK(Get(Add(call, "stock", 1)));
  REQUIRE_OK(Get(Add(call, "a note", 1)));
  CHECK(take_and_note("a note").value_or(-1) == 1);
  CHECK(Value("stock").value_or(-1) == 0);
  CHECK(Value("a note").value_or(-1) == 18);
  REQUIRE_OK(Get(Add(call, "stock", 1)));
  auto wrong = [](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
    return connection.ExecuteBoth("UPDATE counters SET value = value - 1 WHERE name = ?", {"stock"},
                                  "INSERT INTO nowhere (name) SELECT ?", {"a third note"});
  };
  CHECK_CODE(Get(database->WriteOnce(call, std::move(wrong))), kInternal);
  CHECK(Value("stock").value_or(-1) == 1);
}

TEST_CASE_METHOD(Counters, "what was written is there after a restart", "[sqlite]") {
  CHECK(Get(Add(call, "visits", 3)).value_or(-1) == 3);
  Reopen();
  CHECK(Value("visits").value_or(-1) == 3);
  CHECK_CODE(Value("other"), kNotFound);
}

TEST_CASE_METHOD(Counters, "work that returns an error has changed nothing", "[sqlite]") {
  auto change = [](Connection& connection) -> absl::StatusOr<int> {
    AddTo(connection, "visits", 1).IgnoreError();
    return absl::FailedPreconditionError("thought better of it");
  };
  CHECK_CODE(Get(database->Write(call, std::move(change))), kFailedPrecondition);
  CHECK_CODE(Value("visits"), kNotFound);
}

TEST_CASE_METHOD(Counters, "a wrong statement fails its own work and no other", "[sqlite]") {
  std::binary_semaphore go(0);
  Occupy(go);
  std::vector<absl::Status> outcomes(3);
  auto wrong = [](Connection& connection) -> absl::StatusOr<std::int64_t> {
    AddTo(connection, "visits", 100).IgnoreError();
    connection.Execute("INSERT INTO nowhere VALUES (1)");
    return 7;
  };
  const auto note = [&](std::size_t which) {
    return [&, which](const absl::StatusOr<std::int64_t>& outcome) {
      outcomes[which] = outcome.status();
      ended.release();
    };
  };
  coro::Spawn(Add(call, "visits", 1), note(0));
  coro::Spawn(database->Write(call, std::move(wrong)), note(1));
  coro::Spawn(Add(call, "visits", 2), note(2));
  go.release();
  for (int i = 0; i < 4; ++i) ended.acquire();
  REQUIRE_OK(outcomes[0]);
  CHECK_CODE(outcomes[1], kInternal);
  REQUIRE_OK(outcomes[2]);
  CHECK(Value("visits").value_or(-1) == 3);
}

TEST_CASE_METHOD(Counters, "work of a request that is over is not begun", "[sqlite]") {
  const rpc::CallContext late = call.Within(std::chrono::nanoseconds(-1));
  CHECK_CODE(Get(Add(late, "visits", 1)), kDeadlineExceeded);
  std::stop_source gone;
  gone.request_stop();
  const rpc::CallContext cancelled = rpc::Begin(loop, std::chrono::seconds(30), gone.get_token());
  CHECK_CODE(Get(Add(cancelled, "visits", 1)), kCancelled);
  CHECK_CODE(Value("visits"), kNotFound);
}

TEST_CASE_METHOD(Counters, "more work than can wait is refused at once", "[sqlite]") {
  std::binary_semaphore go(0);
  Occupy(go);
  for (int i = 0; i < 1024; ++i) {
    coro::Spawn(Add(call, "visits", 1), [this](const absl::StatusOr<std::int64_t>&) { ended.release(); });
  }
  CHECK_CODE(Get(Add(call, "visits", 1)), kResourceExhausted);
  go.release();
  for (int i = 0; i < 1025; ++i) ended.acquire();
  CHECK(Value("visits").value_or(-1) == 1024);
}

TEST_CASE_METHOD(Counters, "writers on two loops add up", "[sqlite]") {
  testing::LoopCall other;
  constexpr int kEach = 500;
  std::vector<std::thread> threads;
  for (const rpc::CallContext* on : {&call, &other.call}) {
    threads.emplace_back([this, on] {
      for (int i = 0; i < kEach; ++i) {
        coro::Spawn(Add(*on, "visits", 1), [this](const absl::StatusOr<std::int64_t>& outcome) {
          if (outcome.ok()) ended.release();
        });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (int i = 0; i < 2 * kEach; ++i) ended.acquire();
  CHECK(Value("visits").value_or(-1) == 2 * kEach);
}

TEST_CASE_METHOD(Counters, "a full disk is told, costs nothing that was stored, and is got over", "[sqlite]") {
  CHECK(Get(Add(call, "visits", 1)).value_or(-1) == 1);
  std::counting_semaphore<16> unable(0);
  std::counting_semaphore<16> able(0);
  database->WatchHealth([&](bool now) { (now ? able : unable).release(); });
  std::string message;
  {
    const testing::FullDisk full;
    const auto refused = Get(Add(call, "visits", 1));
    message = std::string(refused.status().message());
    CHECK_CODE(refused, kUnavailable);
    CHECK(unable.try_acquire());
    CHECK(Value("visits").value_or(-1) == 1);
    CHECK_CODE(Get(Add(call, "visits", 1)), kUnavailable);
  }
  CHECK(message.find(path()) == std::string::npos);
  // Readers who never pause do not keep it from finding out.
  while (!able.try_acquire()) CHECK(Value("visits").value_or(-1) == 1);
  CHECK(Get(Add(call, "visits", 1)).value_or(-1) == 2);
  CHECK_FALSE(unable.try_acquire());
  database->WatchHealth({});
}

TEST_CASE_METHOD(Counters, "a database that turns read-only is told, and works when it may be written again",
                 "[sqlite]") {
  CHECK(Get(Add(call, "visits", 1)).value_or(-1) == 1);
  std::counting_semaphore<16> unable(0);
  std::counting_semaphore<16> able(0);
  database->WatchHealth([&](bool now) { (now ? able : unable).release(); });
  const auto set = [&](const char* pragma) {
    auto work = [pragma](Connection& connection) -> absl::StatusOr<int> {
      connection.Script(pragma);
      return 0;
    };
    REQUIRE_OK(Get(database->Read(call, std::move(work))));
  };
  set("PRAGMA query_only = ON");
  CHECK_CODE(Get(Add(call, "visits", 1)), kUnavailable);
  REQUIRE(unable.try_acquire_for(std::chrono::seconds(20)));
  CHECK(Value("visits").value_or(-1) == 1);
  set("PRAGMA query_only = OFF");
  REQUIRE(able.try_acquire_for(std::chrono::seconds(20)));
  CHECK(Get(Add(call, "visits", 1)).value_or(-1) == 2);
  database->WatchHealth({});
}

// Something else has written into the file.
TEST_CASE_METHOD(Counters, "a file that is found damaged is told, and is not taken for good again", "[sqlite]") {
  auto fill = [](Connection& connection) -> absl::StatusOr<int> {
    for (int i = 0; i < 200; ++i) AddTo(connection, std::to_string(i) + std::string(500, 'x'), 1).IgnoreError();
    return 0;
  };
  REQUIRE_OK(Get(database->Write(call, std::move(fill))));
  Reopen();  // all is in the file
  {
    std::fstream file(File("counters.db"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 2);
    file << std::string(4096 * 40, '\0');
  }
  {
    auto other = Connection::Open(File("counters.db"));  // after which this one reads anew
    REQUIRE_OK(other);
    (*other)->Script("CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT");
    REQUIRE_OK((*other)->status());
  }
  std::counting_semaphore<16> changes(0);
  database->WatchHealth([&](bool) { changes.release(); });
  auto count = [](Connection& connection) -> absl::StatusOr<std::int64_t> {
    Rows rows = connection.Query("SELECT sum(value) FROM counters");
    return rows.Next() ? rows.Integer(0) : 0;
  };
  CHECK_CODE(Get(database->Read(call, std::move(count))), kUnavailable);
  REQUIRE(changes.try_acquire_for(std::chrono::seconds(20)));
  // What does not touch the damage is done; it is not able for all that.
  auto change = [](Connection& connection) -> absl::StatusOr<int> {
    connection.Execute("CREATE TABLE IF NOT EXISTS others (id INTEGER PRIMARY KEY) STRICT");
    return 0;
  };
  Get(database->Write(call, std::move(change))).status().IgnoreError();
  CHECK_FALSE(changes.try_acquire());
  database->WatchHealth({});
}

}  // namespace
}  // namespace boutique::sqlite
