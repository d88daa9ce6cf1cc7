// SPDX-License-Identifier: Apache-2.0
#include "platform/coro/task.h"

#include <memory>
#include <string>
#include <utility>

#include "platform/coro/spawn.h"
#include "signal.h"
#include "support/catch.h"

namespace boutique::coro {
namespace {

Task<int> Answer(bool& started) {
  started = true;
  co_return 42;
}

TEST_CASE("a task begins when it is awaited, not when it is made", "[task]") {
  bool started = false;
  Task<int> task = Answer(started);
  CHECK_FALSE(started);
  CHECK(SyncWait(std::move(task)) == 42);
  CHECK(started);
}

TEST_CASE("a task that nobody awaits never runs, and is freed with its arguments", "[task]") {
  int alive = 0;
  {
    auto keep = [](Witness) -> Task<int> { co_return 1; };
    const Task<int> task = keep(Witness(alive));
    CHECK(alive == 1);
  }
  CHECK(alive == 0);
}

Task<std::unique_ptr<std::string>> Parcel() { co_return std::make_unique<std::string>("mug"); }

Task<std::string> Unpack() {
  const std::unique_ptr<std::string> parcel = co_await Parcel();
  co_return *parcel;
}

TEST_CASE("a value that can only be moved goes from task to task", "[task]") { CHECK(SyncWait(Unpack()) == "mug"); }

Task<void> Nothing() { co_return; }
Task<std::string> AfterNothing() {
  co_await Nothing();
  co_return "after";
}

TEST_CASE("a task may yield nothing", "[task]") { CHECK(SyncWait(AfterNothing()) == "after"); }

Task<int> Guarded(int& alive, Signal& signal) {
  const Witness witness(alive);
  co_await signal;
  co_return alive;
}
Task<int> AliveAfterChild(int& alive, Signal& signal) {
  const int during = co_await Guarded(alive, signal);
  co_return during * 10 + alive;
}

TEST_CASE("a child's locals live while it waits, and are gone when its parent goes on", "[task]") {
  int alive = 0;
  int result = -1;
  Signal signal;
  Spawn(AliveAfterChild(alive, signal), [&](int value) { result = value; });
  CHECK(alive == 1);
  CHECK(result == -1);
  signal.Fire();
  CHECK(result == 10);
}

Task<int> Deep(int depth) {
  if (depth == 0) co_return 0;
  const int below = co_await Deep(depth - 1);
  co_return below + 1;
}

TEST_CASE("tasks nest a thousand deep", "[task]") { CHECK(SyncWait(Deep(1000)) == 1000); }

Task<int> MovedFrom(Signal& signal) {
  Task<int> first = Deep(3);
  Task<int> second = std::move(first);
  co_await signal;
  const int result = co_await std::move(second);
  co_return result;
}

TEST_CASE("a task can be moved before it is awaited", "[task]") {
  Signal signal;
  signal.Fire();
  CHECK(SyncWait(MovedFrom(signal)) == 3);
}

Reply<std::string> Fail() { co_return absl::NotFoundError("no mug"); }
Reply<std::string> Succeed() { co_return "mug"; }

TEST_CASE("a reply is a value or a status", "[task]") {
  CHECK(SyncWait(Fail()).status() == absl::NotFoundError("no mug"));
  CHECK(SyncWait(Succeed()).value() == "mug");
}

}  // namespace
}  // namespace boutique::coro
