// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_client.h"

#include <future>
#include <stop_token>

#include "absl/strings/str_cat.h"
#include "platform/coro/when_all.h"
#include "unit/platform/storage/redis/client_fixture.h"

namespace boutique::redis {
namespace {

using std::chrono::milliseconds;

struct RunningRedis : ClientFixture {
  testing::RedisServer server;
};

TEST_CASE_METHOD(RunningRedis, "a command sent before the connection is made waits for it", "[redis]") {
  Connect(At(server.address()));
  const auto answer = Do({"ECHO", "hello"});
  REQUIRE_OK(answer);
  CHECK(answer->view().text() == "hello");
}

TEST_CASE_METHOD(RunningRedis, "replies come back to those who asked, whatever their kind", "[redis]") {
  Connect(At(server.address()));
  CHECK(Do({"GET", "nothing"})->view().IsNil());
  CHECK(Do({"SET", "key", absl::string_view("a\0b\r\n", 5)})->view().text() == "OK");
  CHECK(Do({"GET", "key"})->view().text() == absl::string_view("a\0b\r\n", 5));
  CHECK(Do({"INCR", "count"})->view().integer() == 1);
  REQUIRE_OK(Do({"RPUSH", "list", "x", ""}));
  const auto list = Do({"LRANGE", "list", "0", "-1"});
  REQUIRE(list->view().size() == 2);
  CHECK(list->view()[0].text() == "x");
  CHECK(list->view()[1].IsText());
}

TEST_CASE_METHOD(RunningRedis, "a thousand commands at once are each answered with their own reply", "[redis]") {
  Connect(At(server.address()));
  std::vector<std::string> names;
  for (int i = 0; i < 1000; ++i) names.push_back(std::to_string(i));
  std::vector<rpc::Reply<Value>> tasks;
  for (const std::string& name : names) tasks.push_back(Sent(call, {"ECHO", name}));
  const auto answers = testing::RunOn(loop, coro::WhenAll(std::move(tasks)));
  REQUIRE(answers.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    REQUIRE_OK(answers[i]);
    CHECK(answers[i]->view().text() == names[i]);
  }
}

TEST_CASE_METHOD(RunningRedis, "an error is INTERNAL and the connection lives on", "[redis]") {
  Connect(At(server.address()));
  REQUIRE_OK(Do({"SET", "text", "x"}));
  CHECK_CODE(Do({"INCR", "text"}), kInternal);
  CHECK_CODE(Do({"NOSUCHCOMMAND"}), kInternal);
  CHECK_CODE(Do({"PING"}), kOk);
}

TEST_CASE_METHOD(RunningRedis, "a script runs though Redis has not seen it, or has forgotten it", "[redis]") {
  Connect(At(server.address()));
  const Script script("return {KEYS[1], ARGV[1]}");
  for (int round = 0; round < 2; ++round) {
    for (int again = 0; again < 2; ++again) {
      const auto answer = Run(script, 1, {"key", "argument"});
      REQUIRE_OK(answer);
      REQUIRE(answer->view().size() == 2);
      CHECK(answer->view()[0].text() == "key");
      CHECK(answer->view()[1].text() == "argument");
    }
    server.Do({"SCRIPT", "FLUSH"});
  }
}

TEST_CASE_METHOD(RunningRedis, "a late reply finds nobody and disturbs nobody", "[redis]") {
  Connect(At(server.address()));
  REQUIRE_OK(Do({"PING"}));
  CHECK_CODE(Do(call.Within(milliseconds(50)), {"BLPOP", "list", "0"}), kDeadlineExceeded);
  server.Do({"RPUSH", "list", "late"});
  const auto answer = Do({"ECHO", "mine"});
  REQUIRE_OK(answer);
  CHECK(answer->view().text() == "mine");
}

TEST_CASE_METHOD(RunningRedis, "a caller that goes away is not kept waiting", "[redis]") {
  Connect(At(server.address()));
  REQUIRE_OK(Do({"PING"}));
  std::stop_source gone;
  rpc::CallContext leaving = call;
  leaving.cancelled = gone.get_token();
  auto leave = [](rpc::CallContext& call, std::stop_source& gone) -> coro::Task<absl::Status> {
    co_await rpc::ResumeOn(*call.loop);
    gone.request_stop();
    co_return absl::OkStatus();
  };
  auto [answer, left] =
      testing::RunOn(loop, coro::WhenAll(Sent(leaving, {"BLPOP", "list", "0"}), leave(leaving, gone)));
  CHECK_CODE(answer, kCancelled);
  CHECK_CODE(Do(leaving, {"PING"}), kCancelled);
}

// Sends many commands at once from a loop of its own; every other caller goes away meanwhile. How many were answered as
// they should be, on that loop.
struct CallersOfOneLoop : testing::LoopCall {
  explicit CallersOfOneLoop(Client& client) : client(client) {}

  rpc::Reply<bool> Echoed(std::string word) {
    const std::vector<absl::string_view> words = {"ECHO", word};
    const auto answer = co_await client.Send(call, Command(words));
    co_return call.loop->IsCurrent() && answer.ok() && answer->view().text() == word;
  }
  rpc::Reply<bool> EchoedOrLeft(std::string word, const rpc::CallContext& leaving) {
    const std::vector<absl::string_view> words = {"ECHO", word};
    const auto answer = co_await client.Send(leaving, Command(words));
    co_return call.loop->IsCurrent() &&
        (answer.ok() ? answer->view().text() == word : absl::IsCancelled(answer.status()));
  }
  rpc::Reply<bool> Leave(std::stop_source gone) {
    co_await rpc::ResumeOn(loop);
    gone.request_stop();
    co_return true;
  }
  int Run(const std::string& prefix, int pairs) {
    std::stop_source gone;
    rpc::CallContext leaving = call;
    leaving.cancelled = gone.get_token();
    std::vector<rpc::Reply<bool>> tasks;
    for (int i = 0; i < pairs; ++i) {
      tasks.push_back(Echoed(absl::StrCat(prefix, i)));
      tasks.push_back(EchoedOrLeft(absl::StrCat(prefix, "leaving ", i), leaving));
    }
    tasks.push_back(Leave(gone));
    int right = 0;
    for (const auto& outcome : testing::RunOn(loop, coro::WhenAll(std::move(tasks)))) right += outcome.value_or(false);
    return right;
  }

  Client& client;
};

TEST_CASE_METHOD(RunningRedis, "two loops share the connection, and each hears of its own commands", "[redis]") {
  Connect(At(server.address()));
  const auto run = [this](const char* prefix) {
    CallersOfOneLoop callers(*client);
    int right = 0;
    for (int round = 0; round < 5; ++round) right += callers.Run(prefix, 100);
    return right;
  };
  auto beside = std::async(std::launch::async, [&] { return run("beside "); });
  CHECK(run("here ") == 5 * 201);
  CHECK(beside.get() == 5 * 201);
}

TEST_CASE_METHOD(RunningRedis, "no more commands wait than are allowed", "[redis]") {
  Options options = At(server.address());
  options.most_pending = 1;
  Connect(options);
  auto [first, second] = testing::RunOn(loop, coro::WhenAll(Sent(call, {"PING"}), Sent(call, {"PING"})));
  CHECK_CODE(first, kOk);
  CHECK_CODE(second, kResourceExhausted);
  CHECK_CODE(Do({"PING"}), kOk);
}

TEST_CASE_METHOD(RunningRedis, "a client that stops answers what waits", "[redis]") {
  Connect(At(server.address()));
  REQUIRE_OK(Do({"PING"}));
  auto blocked = std::async(std::launch::async, [this] { return Do({"BLPOP", "list", "0"}); });
  while (server.Do({"CLIENT", "LIST"}).find("cmd=blpop") == std::string::npos) {
  }
  client->Stop();
  CHECK_CODE(blocked.get(), kUnavailable);
  CHECK_CODE(Do({"PING"}), kUnavailable);
}

TEST_CASE_METHOD(RunningRedis, "a database of its own is chosen", "[redis]") {
  Connect(At(server.address() + ",defaultDatabase=3"));
  REQUIRE_OK(Do({"SET", "key", "x"}));
  CHECK(server.Do({"DBSIZE"}) == "0");
}

TEST_CASE_METHOD(ClientFixture, "a password opens the door, a wrong one or none does not", "[redis]") {
  testing::RedisServer server({.password = "open sesame"});
  server.Do({"ACL", "SETUSER", "shop", "on", ">of its own", "+@all", "~*"});
  SECTION("the password") { Connect(At(server.address() + ",password=open sesame")); }
  SECTION("a user with a password") { Connect(At(server.address() + ",user=shop,password=of its own")); }
  SECTION("a wrong password") {
    Connect(At(server.address() + ",password=wrong"));
    CHECK_CODE(Do({"PING"}), kUnavailable);
    CHECK_FALSE(Answers());
    return;
  }
  SECTION("none") {
    Connect(At(server.address()));
    CHECK_CODE(Do({"PING"}), kUnavailable);
    CHECK_FALSE(Answers());
    return;
  }
  CHECK_CODE(Do({"PING"}), kOk);
  CHECK(Answers());
}

TEST_CASE_METHOD(ClientFixture, "TLS is spoken with a Redis whose certificate is good", "[redis]") {
  testing::RedisServer server({.password = "secret", .tls = true});
  Options options = At(server.address() + ",ssl=true,password=secret");
  SECTION("known authority") {
    options.ca_file = server.ca_file();
    Connect(options);
    CHECK_CODE(Do({"PING"}), kOk);
  }
  SECTION("known authority, by name") {
    options.ca_file = server.ca_file();
    options.endpoints[0].host = "localhost";
    Connect(options);
    CHECK_CODE(Do({"PING"}), kOk);
  }
  SECTION("another name") {
    options.ca_file = server.ca_file();
    options.tls_name = "redis.example";
    Connect(options);
    CHECK_CODE(Do({"PING"}), kUnavailable);
  }
  SECTION("another authority") {
    options.ca_file = server.other_ca_file();
    Connect(options);
    CHECK_CODE(Do({"PING"}), kUnavailable);
  }
  SECTION("the system's authorities") {
    Connect(options);
    CHECK_CODE(Do({"PING"}), kUnavailable);
  }
  SECTION("no TLS") {
    options.tls = false;
    Connect(options);
    CHECK_CODE(Do({"PING"}), kUnavailable);
  }
}

TEST_CASE("a file of authorities that cannot be read stops the start", "[redis]") {
  Options options;
  options.endpoints = {{"127.0.0.1", 1}};
  options.tls = true;
  options.ca_file = "/nowhere/ca.crt";
  Client client(options);
  const absl::Status started = client.Start();
  CHECK_CODE(started, kInvalidArgument);
  CHECK(started.message().find("/nowhere/ca.crt") != absl::string_view::npos);
}

}  // namespace
}  // namespace boutique::redis
