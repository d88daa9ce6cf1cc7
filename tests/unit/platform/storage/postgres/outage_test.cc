// SPDX-License-Identifier: Apache-2.0
// Bad days of a PostgreSQL: connections that are cut, a server that is killed, freezes, refuses or cannot write.
#include <semaphore>

#include "counters.h"
#include "support/eventually.h"
#include "support/tcp_proxy.h"

namespace boutique::postgres {
namespace {

using testing::Eventually;
using testing::PostgresServer;

// What the database says of itself.
struct Health {
  explicit Health(postgres::Database& database) {
    database.WatchHealth([this](bool now) { able = now; });
  }
  bool Becomes(bool wanted) {
    return Eventually([&] { return able == wanted; });
  }
  std::atomic<bool> able{true};
};

TEST_CASE_METHOD(Counters, "work whose connection is cut before its commit is done once, on another", "[postgres]") {
  int runs = 0;
  auto interrupted = [&](sql::Connection& connection) {
    AddIn(connection, "visits", 1).IgnoreError();
    if (++runs == 1) CutAll();
    return AddIn(connection, "visits", 1);
  };
  CHECK(Get(database->Write(call, std::move(interrupted))).value_or(-1) == 2);
  CHECK(runs == 2);
  CHECK(Value("visits").value_or(-1) == 2);
}

TEST_CASE_METHOD(Counters, "work that writes once is begun again when its connection is cut after it", "[postgres]") {
  int begun = 0;
  auto insert = [&](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
    connection.Execute("INSERT INTO counters (name, value) VALUES (?, 1) ON CONFLICT DO NOTHING", {"visits"});
    if (++begun == 1) CutAll();
    return ValueIn(connection, "visits");
  };
  CHECK(Get(database->WriteOnce(call, std::move(insert))).value_or(-1) == 1);
  CHECK(begun == 2);
}

TEST_CASE_METHOD(Counters, "idle connections that were cut cost nobody anything", "[postgres]") {
  for (int i = 1; i <= 20; ++i) {
    CHECK(Get(Add(call, "visits", 1)).value_or(-1) == i);
    if (i % 4 == 0) CutAll();
  }
}

TEST_CASE_METHOD(Counters, "a commit that the connection did not survive is not repeated and not called done",
                 "[postgres]") {
  Do("CREATE FUNCTION counting.hang_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
     "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"
     "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON counting.counters DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
     "EXECUTE FUNCTION counting.hang_up()");
  int runs = 0;
  auto add = [&](sql::Connection& connection) {
    ++runs;
    return AddIn(connection, "visits", 1);
  };
  const auto outcome = Get(database->Write(call, std::move(add)));
  CHECK(outcome.status() == absl::UnavailableError("nobody knows whether it was committed"));
  CHECK(runs == 1);
  CHECK_CODE(Value("visits"), kNotFound);
}

TEST_CASE("a server that is killed is told, and works again when it is back, with all that was committed",
          "[postgres]") {
  PostgresServer server({.durable = true});
  Counters counters(server);
  Health health(*counters.database);
  CHECK(counters.Get(counters.Add(counters.call, "visits", 1)).value_or(-1) == 1);
  server.Kill();
  CHECK(health.Becomes(false));  // nobody need ask
  CHECK_CODE(counters.Get(counters.Add(counters.call, "visits", 1)), kUnavailable);
  server.Start();
  CHECK(health.Becomes(true));
  CHECK(counters.Get(counters.Add(counters.call, "visits", 1)).value_or(-1) == 2);
  counters.database->WatchHealth({});
}

TEST_CASE("a server that freezes holds nobody for long", "[postgres]") {
  PostgresServer server;
  Counters counters(server);
  Health health(*counters.database);
  server.Freeze();
  const auto begun = std::chrono::steady_clock::now();
  CHECK_CODE(counters.Get(counters.Add(counters.call.Within(std::chrono::milliseconds(300)), "visits", 1)),
             kDeadlineExceeded);
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(10));
  CHECK(health.Becomes(false));
  server.Thaw();
  CHECK(health.Becomes(true));
  REQUIRE_OK(counters.Get(counters.Add(counters.call, "visits", 1)));
  counters.database->WatchHealth({});
}

// A database behind a proxy, whose server may keep silent or be away while it is there for others.
struct Distant : Counters {
  Distant() {
    const std::string own = std::to_string(testing::PostgresServer::Shared().port());
    std::string distant = url;
    distant.replace(distant.find(":" + own + "/") + 1, own.size(), std::to_string(proxy.port()));
    // Longer than the test has patience: who waits for a connection would.
    auto opened = postgres::Database::Open(*ParseUrl(distant + "?connect_timeout=60"), CounterSchema(), 2);
    REQUIRE_OK(opened);
    database = *std::move(opened);
  }
  ~Distant() {
    proxy.Cut();
    database.reset();
  }
  testing::TcpProxy proxy{testing::PostgresServer::Shared().port()};
};

TEST_CASE_METHOD(Distant, "who waits for a connection that does not come is answered when his time is up",
                 "[postgres]") {
  REQUIRE_OK(Get(Add(call, "visits", 1)));
  proxy.HoldAnswers();
  CutAll();
  // More than there are connections: all but two wait for their turn.
  std::counting_semaphore<8> ended(0);
  std::vector<absl::Status> outcomes(6);
  const rpc::CallContext brief = call.Within(std::chrono::milliseconds(200));
  for (absl::Status& outcome : outcomes) {
    coro::Spawn(Add(brief, "visits", 1), [&](const absl::StatusOr<std::int64_t>& end) {
      outcome = end.status();
      ended.release();
    });
  }
  for (std::size_t i = 0; i < outcomes.size(); ++i) ended.acquire();
  for (const absl::Status& outcome : outcomes) CHECK_CODE(outcome, kDeadlineExceeded);
  proxy.Cut();
  REQUIRE(Eventually([&] { return Get(Add(rpc::Begin(loop, std::chrono::seconds(5)), "visits", 1)).ok(); }));
}

TEST_CASE_METHOD(Distant, "who leaves while a connection is made need not wait for it", "[postgres]") {
  proxy.HoldAnswers();
  CutAll();
  std::stop_source leaving;
  const rpc::CallContext of = rpc::Begin(loop, std::chrono::seconds(60), leaving.get_token());
  std::binary_semaphore ended(0);
  absl::Status outcome;
  coro::Spawn(Add(of, "visits", 1), [&](const absl::StatusOr<std::int64_t>& end) {
    outcome = end.status();
    ended.release();
  });
  loop.Post([&] { leaving.request_stop(); });
  ended.acquire();
  CHECK_CODE(outcome, kCancelled);
}

TEST_CASE_METHOD(Distant, "a server that is away is not asked at each call", "[postgres]") {
  Health health(*database);
  proxy.Refuse(true);
  CHECK(health.Becomes(false));
  constexpr int kCalls = 2000;
  const int before = proxy.refused();
  for (int i = 0; i < kCalls; ++i) {
    const rpc::CallContext each = rpc::Begin(loop, std::chrono::seconds(30));
    CHECK_CODE(Get(Add(each, "visits", 1)), kUnavailable);
  }
  CHECK(proxy.refused() - before < kCalls / 10);
  proxy.Refuse(false);
  CHECK(health.Becomes(true));
  database->WatchHealth({});
}

TEST_CASE_METHOD(Counters, "a database that turns read-only is not able to work until it is no longer", "[postgres]") {
  Health health(*database);
  const std::string name = url.substr(url.rfind('/') + 1);
  Do("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
  CutAll();
  CHECK_CODE(Get(Add(call, "visits", 1)), kUnavailable);
  CHECK(health.Becomes(false));
  CHECK_CODE(Value("visits"), kNotFound);
  PostgresServer::Do(PostgresServer::Shared().Url("postgres"),
                     "ALTER DATABASE " + name + " RESET default_transaction_read_only");
  CutAll();
  CHECK(health.Becomes(true));
  REQUIRE_OK(Get(Add(call, "visits", 1)));
  database->WatchHealth({});
}

TEST_CASE("with a wrong password, an unknown database or no server nothing works, and none is told why", "[postgres]") {
  PostgresServer& server = PostgresServer::Shared();
  testing::LoopCall on;
  for (const std::string& url : {server.Url("postgres", "shop", "wrong"), server.Url("no_such_database"),
                                 std::string("postgresql://shop:secret@127.0.0.1:1/shop")}) {
    auto opened = postgres::Database::Open(*ParseUrl(url), CounterSchema(), 2);
    REQUIRE_OK(opened);
    Health health(**opened);
    CHECK_FALSE(health.able);
    auto read = [](sql::Connection& connection) { return ValueIn(connection, "visits"); };
    const auto outcome = on.Get((*opened)->Read(on.call, std::move(read)));
    CHECK(outcome.status() == absl::UnavailableError("the database cannot be reached"));
  }
}

}  // namespace
}  // namespace boutique::postgres
