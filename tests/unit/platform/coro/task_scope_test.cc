// SPDX-License-Identifier: Apache-2.0
#include "platform/coro/task_scope.h"

#include <atomic>
#include <deque>
#include <future>
#include <thread>
#include <vector>

#include "signal.h"
#include "support/catch.h"

namespace boutique::coro {
namespace {

using namespace std::chrono_literals;

Task<void> CountAfter(Signal& signal, std::atomic<int>& ended) {
  co_await signal;
  ++ended;
}

TEST_CASE("an empty scope closes at once, more than once", "[task_scope]") {
  TaskScope scope;
  scope.AwaitIdle();
  scope.Close();
  scope.Close();
  CHECK(scope.stop_token().stop_requested());
}

TEST_CASE("a scope closes when its last task has ended", "[task_scope]") {
  std::atomic<int> ended{0};
  std::deque<Signal> signals(3);
  TaskScope scope;
  for (auto& signal : signals) scope.Spawn(CountAfter(signal, ended));
  auto closed = std::async(std::launch::async, [&] {
    scope.Close();
    return ended.load();
  });
  signals[2].Fire();
  signals[0].Fire();
  CHECK(closed.wait_for(10ms) == std::future_status::timeout);
  signals[1].Fire();
  CHECK(closed.get() == 3);
}

TEST_CASE("a scope's end waits as Close does", "[task_scope]") {
  std::atomic<int> ended{0};
  Signal signal;
  std::thread thread;
  {
    TaskScope scope;
    scope.Spawn(CountAfter(signal, ended));
    thread = std::thread([&] { signal.Fire(); });
  }
  CHECK(ended == 1);
  thread.join();
}

// Ends when it is asked to stop.
Task<void> UntilStopped(Signal& stopped, std::stop_token stop) {
  const std::stop_callback on_stop(stop, [&stopped] { stopped.Fire(); });
  co_await stopped;
}

TEST_CASE("closing asks the tasks to stop; waiting does not", "[task_scope]") {
  Signal stopped;
  std::atomic<int> ended{0};
  Signal passed;
  passed.Fire();
  TaskScope scope;
  scope.Spawn(CountAfter(passed, ended));
  scope.AwaitIdle();
  CHECK_FALSE(scope.stop_token().stop_requested());
  scope.Spawn(UntilStopped(stopped, scope.stop_token()));
  CHECK(stopped.HasWaiter());
  scope.Close();
  CHECK(scope.stop_token().stop_requested());
}

TEST_CASE("work counted by hand keeps a scope open like a task", "[task_scope]") {
  TaskScope scope;
  scope.Enter();
  scope.Enter();
  auto closed = std::async(std::launch::async, [&] { scope.Close(); });
  scope.Leave();
  CHECK(closed.wait_for(10ms) == std::future_status::timeout);
  scope.Leave();
  closed.get();
}

TEST_CASE("a wait for the last task may have an end", "[task_scope]") {
  TaskScope scope;
  CHECK(scope.AwaitIdleFor(0ns));
  scope.Enter();
  CHECK_FALSE(scope.AwaitIdleFor(-1s));
  CHECK_FALSE(scope.AwaitIdleFor(2ms));
  auto idle = std::async(std::launch::async, [&] { return scope.AwaitIdleFor(1h); });
  scope.Leave();
  CHECK(idle.get());
}

TEST_CASE("tasks come and go on several threads", "[task_scope]") {
  std::atomic<int> ended{0};
  TaskScope scope;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 250; ++k) {
        Signal signal;
        scope.Spawn(CountAfter(signal, ended));
        signal.Fire();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  scope.Close();
  CHECK(ended == 1000);
}

}  // namespace
}  // namespace boutique::coro
