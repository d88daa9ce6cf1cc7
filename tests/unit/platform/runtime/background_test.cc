// SPDX-License-Identifier: Apache-2.0
// Work of the process's own, which no request waits for.
#include <atomic>

#include "platform/rpc/sleep.h"
#include "scripted_module.h"

namespace boutique::runtime {
namespace {

// Sleeps until the process stops, and then has a last thing to do off the loop.
coro::Task<void> Sweep(Host& host, std::stop_token stop, std::atomic<int>& swept) {
  const rpc::CallContext call = rpc::Begin(*host.loops()[0], 1h, stop);
  const bool elapsed = co_await rpc::Sleep(call, 1h);
  const rpc::CallContext last = rpc::Begin(*host.loops()[0], 20s);
  auto work = []() -> absl::StatusOr<int> { return 1; };
  const auto done = co_await host.blocking().Run(last, std::move(work));
  if (!elapsed && done.ok()) ++swept;
}

Script Sweeping(std::atomic<int>& swept, int tasks) {
  Script script;
  script.install = [&swept, tasks](Host& host) {
    host.OnStart([&host, &swept, tasks] {
      for (int i = 0; i < tasks; ++i) {
        host.loops()[0]->Post(
            [&] { host.background().Spawn(Sweep(host, host.background().stop_token(), swept)); });
      }
      return absl::OkStatus();
    });
    return absl::OkStatus();
  };
  return script;
}

TEST_CASE("background work is told to stop and awaited", "[background]") {
  std::atomic<int> swept{0};
  Bureau bureau(Sweeping(swept, 3));
  REQUIRE(bureau.Start().empty());
  CHECK(bureau.Call().ok());
  CHECK(swept == 0);
  bureau.process.Stop();
  CHECK(swept == 3);
}

TEST_CASE("a process that stops as soon as it has started awaits what it had only just begun", "[background]") {
  for (int round = 1; round <= 30; ++round) {
    std::atomic<int> swept{0};
    Bureau bureau(Sweeping(swept, 20));
    REQUIRE(bureau.Start().empty());
    bureau.process.Stop();
    CHECK(swept == 20);
  }
}

TEST_CASE("a process without services has loops of its own for its work", "[background]") {
  std::atomic<int> swept{0};
  Process process({.name = "frontend"});
  Script::Next() = Sweeping(swept, 2);
  process.Add<ScriptedModule>();
  REQUIRE(MessagesOf(process.Start({"--metrics-port=0", "--listen-addr=127.0.0.1"})).empty());
  process.Stop();
  CHECK(swept == 2);
}

}  // namespace
}  // namespace boutique::runtime
