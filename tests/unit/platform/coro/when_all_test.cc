// SPDX-License-Identifier: Apache-2.0
#include "platform/coro/when_all.h"

#include <deque>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "platform/coro/or_return.h"
#include "platform/coro/spawn.h"
#include "signal.h"
#include "support/catch.h"

namespace boutique::coro {
namespace {

Task<int> Number(int value) { co_return value; }
Task<std::string> Word(std::string word) { co_return word; }
Task<int> NumberAfter(Signal& signal, int value) {
  co_await signal;
  co_return value;
}
Reply<int> Maybe(absl::StatusOr<int> result) { co_return result; }

TEST_CASE("no tasks at all end at once", "[when_all]") {
  CHECK(SyncWait(WhenAll()) == std::tuple<>());
  CHECK(SyncWait(WhenAll(std::vector<Task<int>>())).empty());
}

TEST_CASE("tasks of several types give their results in their order", "[when_all]") {
  const auto [number, word, more] = SyncWait(WhenAll(Number(1), Word("mug"), Number(3)));
  CHECK(number == 1);
  CHECK(word == "mug");
  CHECK(more == 3);
}

TEST_CASE("a thousand tasks give their results in their order", "[when_all]") {
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 1000; ++i) tasks.push_back(Number(i));
  const auto results = SyncWait(WhenAll(std::move(tasks)));
  REQUIRE(results.size() == 1000);
  for (int i = 0; i < 1000; ++i) CHECK(results[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("all tasks are under way before the first has ended, and the order of ending does not matter",
          "[when_all]") {
  std::deque<Signal> signals(1000);
  std::vector<Task<int>> tasks;
  for (int i = 0; i < 1000; ++i) tasks.push_back(NumberAfter(signals[static_cast<std::size_t>(i)], i));
  std::vector<int> results;
  Spawn(WhenAll(std::move(tasks)), [&](std::vector<int> all) { results = std::move(all); });
  for (auto& signal : signals) CHECK(signal.HasWaiter());
  for (auto signal = signals.rbegin(); signal != signals.rend(); ++signal) {
    CHECK(results.empty());
    signal->Fire();
  }
  REQUIRE(results.size() == 1000);
  for (int i = 0; i < 1000; ++i) CHECK(results[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("one task's failure does not cut the others short", "[when_all]") {
  const auto [first, second] =
      SyncWait(WhenAll(Maybe(absl::NotFoundError("no mug")), Maybe(absl::StatusOr<int>(2))));
  CHECK(first.status() == absl::NotFoundError("no mug"));
  CHECK(second.value() == 2);
}

Task<int> Guarded(int& alive, Signal& signal) {
  const Witness witness(alive);
  co_await signal;
  co_return 1;
}
Task<int> AliveAfterTwo(int& alive, Signal& first, Signal& second) {
  const auto [a, b] = co_await WhenAll(Guarded(alive, first), Guarded(alive, second));
  co_return alive * 100 + a + b;
}
Task<int> AliveAfterMany(int& alive, std::deque<Signal>& signals) {
  std::vector<Task<int>> tasks;
  for (auto& signal : signals) tasks.push_back(Guarded(alive, signal));
  const auto results = co_await WhenAll(std::move(tasks));
  co_return alive * 100 + static_cast<int>(results.size());
}

TEST_CASE("the frames of all children are gone when their parent goes on", "[when_all]") {
  int alive = 0;
  int result = -1;
  std::deque<Signal> signals(3);
  SECTION("of two tasks") {
    Spawn(AliveAfterTwo(alive, signals[0], signals[1]), [&](int value) { result = value; });
    CHECK(alive == 2);
    signals[1].Fire();
    CHECK(alive == 1);
    CHECK(result == -1);
    signals[0].Fire();
    CHECK(result == 2);
  }
  SECTION("of a vector of tasks") {
    Spawn(AliveAfterMany(alive, signals), [&](int value) { result = value; });
    CHECK(alive == 3);
    for (auto& signal : signals) signal.Fire();
    CHECK(result == 3);
  }
}

Reply<int> SumOf(absl::StatusOr<int> a, absl::StatusOr<int> b) {
  auto [first, second] = co_await WhenAll(Maybe(std::move(a)), Maybe(std::move(b)));
  const int left = co_await OrReturn(std::move(first));
  const int right = co_await OrReturn(std::move(second));
  co_return left + right;
}

TEST_CASE("the results can be unwrapped one by one", "[when_all]") {
  CHECK(SyncWait(SumOf(1, 2)).value() == 3);
  CHECK(SyncWait(SumOf(1, absl::OutOfRangeError("b"))).status() == absl::OutOfRangeError("b"));
  CHECK(SyncWait(SumOf(absl::OutOfRangeError("a"), absl::OutOfRangeError("b"))).status() ==
        absl::OutOfRangeError("a"));
}

TEST_CASE("tasks that end on several threads at once give one result", "[when_all]") {
  for (int round = 0; round < 200; ++round) {
    std::deque<Signal> signals(4);
    std::vector<std::thread> threads;
    for (auto& signal : signals) threads.emplace_back([&signal] { signal.Fire(); });
    std::vector<Task<int>> tasks;
    for (int i = 0; i < 4; ++i) tasks.push_back(NumberAfter(signals[static_cast<std::size_t>(i)], i));
    const auto results = SyncWait(WhenAll(std::move(tasks)));
    for (auto& thread : threads) thread.join();
    CHECK(results == std::vector<int>{0, 1, 2, 3});
  }
}

}  // namespace
}  // namespace boutique::coro
