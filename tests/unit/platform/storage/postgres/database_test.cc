// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/postgres/database.h"

#include <semaphore>
#include <thread>
#include <vector>

#include "counters.h"

namespace boutique::postgres {
namespace {

TEST_CASE_METHOD(Counters, "what was written is in PostgreSQL after a restart", "[postgres]") {
  CHECK(Get(Add(call, "visits", 3)).value_or(-1) == 3);
  Reopen();
  CHECK(Value("visits").value_or(-1) == 3);
  CHECK_CODE(Value("other"), kNotFound);
}

TEST_CASE_METHOD(Counters, "work in PostgreSQL that returns an error has changed nothing", "[postgres]") {
  auto change = [](sql::Connection& connection) -> absl::StatusOr<int> {
    AddIn(connection, "visits", 1).IgnoreError();
    return absl::FailedPreconditionError("thought better of it");
  };
  CHECK_CODE(Get(database->Write(call, std::move(change))), kFailedPrecondition);
  CHECK_CODE(Value("visits"), kNotFound);
}

TEST_CASE_METHOD(Counters, "a wrong statement undoes its own work, whatever that returns", "[postgres]") {
  auto wrong = [](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
    AddIn(connection, "visits", 100).IgnoreError();
    connection.Execute("INSERT INTO nowhere VALUES (1)");
    return 7;
  };
  CHECK_CODE(Get(database->Write(call, std::move(wrong))), kInternal);
  CHECK_CODE(Value("visits"), kNotFound);
  CHECK(Get(Add(call, "visits", 1)).value_or(-1) == 1);
}

TEST_CASE_METHOD(Counters, "each statement of work that writes once is a transaction, and several are together",
                 "[postgres]") {
  auto change = [](sql::Connection& connection) -> absl::StatusOr<int> {
    AddIn(connection, "visits", 1).IgnoreError();
    return absl::FailedPreconditionError("thought better of it");
  };
  CHECK_CODE(Get(database->WriteOnce(call, std::move(change))), kFailedPrecondition);
  CHECK(Value("visits").value_or(-1) == 1);
  auto wrong = [](sql::Connection& connection) -> absl::StatusOr<int> {
    connection.Together([&] {
      AddIn(connection, "visits", 1).IgnoreError();
      connection.Execute("INSERT INTO nowhere VALUES (1)");
    });
    return 1;
  };
  CHECK_CODE(Get(database->WriteOnce(call, std::move(wrong))), kInternal);
  CHECK(Value("visits").value_or(-1) == 1);
  auto both = [](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
    connection.Together([&] {
      AddIn(connection, "visits", 1).IgnoreError();
      AddIn(connection, "orders", 1).IgnoreError();
    });
    return ValueIn(connection, "orders");
  };
  CHECK(Get(database->WriteOnce(call, std::move(both))).value_or(-1) == 1);
  CHECK(Value("visits").value_or(-1) == 2);
}

// Takes one from a counter that has enough, and notes that as a counter of its own.
std::int64_t TakeIn(sql::Connection& connection, absl::string_view name, absl::string_view note) {
  return connection.ExecuteBoth("UPDATE counters SET value = value - 1 WHERE name = ? AND value > ?", {name, 0},
                                "INSERT INTO counters (name, value) SELECT ?, ?", {note, 17});
}

TEST_CASE_METHOD(Counters, "a change and its insertion are made both or neither", "[postgres]") {
  REQUIRE_OK(Get(Add(call, "stock", 1)));
  auto take = [](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
    return TakeIn(connection, "stock", "a note");
  };
  CHECK(Get(database->WriteOnce(call, take)).value_or(-1) == 1);
  CHECK(Value("stock").value_or(-1) == 0);
  CHECK(Value("a note").value_or(-1) == 17);
  auto take_more = [](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
    return TakeIn(connection, "stock", "another note");
  };
  CHECK(Get(database->WriteOnce(call, take_more)).value_or(-1) == 0);
  CHECK_CODE(Value("another note"), kNotFound);
  // What is noted already stays as it is.
  REQUIRE_OK(Get(Add(call, "stock", 1)));
  REQUIRE_OK(Get(Add(call, "a note", 1)));
  CHECK(Get(database->WriteOnce(call, take)).value_or(-1) == 1);
  CHECK(Value("stock").value_or(-1) == 0);
  CHECK(Value("a note").value_or(-1) == 18);
  // An insertion that is not possible undoes the change.
  REQUIRE_OK(Get(Add(call, "stock", 1)));
  auto wrong = [](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
    return connection.ExecuteBoth("UPDATE counters SET value = value - 1 WHERE name = ?", {"stock"},
                                  "INSERT INTO counters (name, value) SELECT ?, ?", {"a third note", nullptr});
  };
  CHECK_CODE(Get(database->WriteOnce(call, std::move(wrong))), kInternal);
  CHECK(Value("stock").value_or(-1) == 1);
}

TEST_CASE_METHOD(Counters, "work for PostgreSQL whose request is over is not begun", "[postgres]") {
  const rpc::CallContext late = call.Within(std::chrono::nanoseconds(-1));
  CHECK_CODE(Get(Add(late, "visits", 1)), kDeadlineExceeded);
  std::stop_source gone;
  gone.request_stop();
  const rpc::CallContext cancelled = rpc::Begin(loop, std::chrono::seconds(30), gone.get_token());
  CHECK_CODE(Get(Add(cancelled, "visits", 1)), kCancelled);
  CHECK_CODE(Value("visits"), kNotFound);
}

TEST_CASE_METHOD(Counters, "a statement that takes longer than its request may is ended", "[postgres]") {
  const rpc::CallContext brief = call.Within(std::chrono::milliseconds(150));
  auto slow = [](sql::Connection& connection) -> absl::StatusOr<int> {
    connection.Query("SELECT pg_sleep(?)", {20});
    return 1;
  };
  const auto begun = std::chrono::steady_clock::now();
  CHECK_CODE(Get(database->Read(brief, std::move(slow))), kDeadlineExceeded);
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(5));
  CHECK(Get(Add(call, "visits", 1)).value_or(-1) == 1);
}

TEST_CASE("more work for PostgreSQL than can wait is refused at once", "[postgres]") {
  Counters counters(testing::PostgresServer::Shared(), 1);
  std::binary_semaphore busy(0);
  std::binary_semaphore go(0);
  std::counting_semaphore<4096> ended(0);
  auto wait = [&](sql::Connection&) -> absl::StatusOr<int> {
    busy.release();
    go.acquire();
    return 0;
  };
  coro::Spawn(counters.database->Read(counters.call, std::move(wait)), [&](absl::StatusOr<int>) { ended.release(); });
  busy.acquire();
  for (int i = 0; i < 1024; ++i) {
    coro::Spawn(counters.Add(counters.call, "visits", 1), [&](absl::StatusOr<std::int64_t>) { ended.release(); });
  }
  CHECK_CODE(counters.Get(counters.Add(counters.call, "visits", 1)), kResourceExhausted);
  go.release();
  for (int i = 0; i < 1025; ++i) ended.acquire();
  CHECK(counters.Value("visits").value_or(-1) == 1024);
}

TEST_CASE_METHOD(Counters, "writers on two loops and four connections add up", "[postgres]") {
  testing::LoopCall other;
  constexpr int kEach = 300;
  std::counting_semaphore<4096> ended(0);
  std::vector<std::thread> threads;
  for (const rpc::CallContext* on : {&call, &other.call}) {
    threads.emplace_back([&, on] {
      for (int i = 0; i < kEach; ++i) {
        coro::Spawn(Add(*on, "visits", 1), [&](const absl::StatusOr<std::int64_t>& outcome) {
          if (outcome.ok()) ended.release();
        });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (int i = 0; i < 2 * kEach; ++i) ended.acquire();
  CHECK(Value("visits").value_or(-1) == 2 * kEach);
}

// Two transactions that take the same two rows in opposite order: each has the first before either asks for the second.
TEST_CASE_METHOD(Counters, "of transactions that wait for each other one is begun again", "[postgres]") {
  REQUIRE_OK(Get(Add(call, "a", 1)));
  REQUIRE_OK(Get(Add(call, "b", 1)));
  std::atomic<int> begun{0};
  std::counting_semaphore<2> ended(0);
  std::atomic<int> succeeded{0};
  const auto both = [&](const char* first, const char* second) {
    return [&begun, first, second](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
      AddIn(connection, first, 1).IgnoreError();
      ++begun;
      begun.notify_all();
      for (int now = begun; now < 2; now = begun) begun.wait(now);
      return AddIn(connection, second, 1);
    };
  };
  const auto end = [&](const absl::StatusOr<std::int64_t>& outcome) {
    if (outcome.ok()) ++succeeded;
    ended.release();
  };
  coro::Spawn(database->Write(call, both("a", "b")), end);
  coro::Spawn(database->Write(call, both("b", "a")), end);
  ended.acquire();
  ended.acquire();
  CHECK(succeeded == 2);
  CHECK(begun >= 3);
  CHECK(Value("a").value_or(-1) == 3);
  CHECK(Value("b").value_or(-1) == 3);
}

}  // namespace
}  // namespace boutique::postgres
