// SPDX-License-Identifier: Apache-2.0
// GCC 12 miscompiles three natural forms: an await inside a condition, and a braced aggregate or a lambda with by-value
// captures written inside an awaiting expression. This is how each is written here instead, compiled and counted.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/coro/spawn.h"
#include "platform/coro/task.h"
#include "signal.h"
#include "support/catch.h"

namespace boutique::coro {
namespace {

Task<bool> IsReady(int& asked, int after) { co_return ++asked > after; }
Task<int> Kind(int value) { co_return value; }
Task<std::vector<int>> Lines() { co_return std::vector<int>{1, 2, 3}; }

// Instead of `if (co_await …)`, in a coroutine without other locals.
Task<std::string> Branch(int& asked) {
  const bool ready = co_await IsReady(asked, 0);
  if (ready) co_return "ready";
  co_return "not ready";
}

TEST_CASE("an await in an initialiser, then the condition", "[accepted_forms]") {
  int asked = 0;
  CHECK(SyncWait(Branch(asked)) == "ready");
  CHECK(asked == 1);
}

// Instead of `while (!co_await …)`.
Task<int> Poll(int& asked) {
  bool ready = false;
  while (!ready) {
    ready = co_await IsReady(asked, 4);
  }
  co_return asked;
}

TEST_CASE("an await in a statement of a loop's body", "[accepted_forms]") {
  int asked = 0;
  CHECK(SyncWait(Poll(asked)) == 5);
}

// Instead of `switch (co_await …)`.
Task<std::string> Choose(int value) {
  const int kind = co_await Kind(value);
  switch (kind) {
    case 1: co_return "one";
    default: co_return "another";
  }
}

TEST_CASE("an await before a switch", "[accepted_forms]") {
  CHECK(SyncWait(Choose(1)) == "one");
  CHECK(SyncWait(Choose(2)) == "another");
}

// Instead of `for (const int line : co_await Lines())`.
Task<int> Sum() {
  const std::vector<int> lines = co_await Lines();
  int sum = 0;
  for (const int line : lines) sum += line;
  co_return sum;
}

TEST_CASE("an await before a range", "[accepted_forms]") { CHECK(SyncWait(Sum()) == 6); }

struct Options {
  std::string name;
  std::shared_ptr<int> held;
  Witness witness;
};
Task<std::string> Use(Options options, Signal& signal) {
  co_await signal;
  co_return options.name + std::to_string(*options.held);
}
// Instead of `co_await Use({.name = …}, signal)`.
Task<std::string> PassAggregate(std::shared_ptr<int> held, int& alive, Signal& signal) {
  Options options{.name = "a name too long for the short form ", .held = std::move(held), .witness = Witness(alive)};
  std::string result = co_await Use(std::move(options), signal);
  co_return result;
}

TEST_CASE("an aggregate is named first and moved in: freed once", "[accepted_forms]") {
  int alive = 0;
  const auto held = std::make_shared<int>(7);
  std::string result;
  Signal signal;
  Spawn(PassAggregate(held, alive, signal), [&](std::string value) { result = std::move(value); });
  CHECK(alive > 0);
  signal.Fire();
  CHECK(result == "a name too long for the short form 7");
  CHECK(alive == 0);
  CHECK(held.use_count() == 1);
}

template <typename Work>
Task<int> Run(Work work, Signal& signal) {
  co_await signal;
  co_return work();
}
// Instead of `co_await Run([held, witness] { … }, signal)`.
Task<int> PassLambda(std::shared_ptr<int> held, int& alive, Signal& signal) {
  auto work = [held = std::move(held), witness = Witness(alive)] { return *held + 1; };
  const int result = co_await Run(std::move(work), signal);
  co_return result;
}

TEST_CASE("a lambda is named first and moved in: its captures are freed once", "[accepted_forms]") {
  int alive = 0;
  const auto held = std::make_shared<int>(7);
  int result = 0;
  Signal signal;
  Spawn(PassLambda(held, alive, signal), [&](int value) { result = value; });
  CHECK(alive > 0);
  signal.Fire();
  CHECK(result == 8);
  CHECK(alive == 0);
  CHECK(held.use_count() == 1);
}

// Accepted as it stands: a lambda that captures nothing by value, awaited where it is written.
Task<int> PassReference(int& value, Signal& signal) {
  const int result = co_await Run([&value] { return ++value; }, signal);
  co_return result;
}

TEST_CASE("a lambda that captures by reference may stand where it is awaited", "[accepted_forms]") {
  int value = 1;
  Signal signal;
  signal.Fire();
  CHECK(SyncWait(PassReference(value, signal)) == 2);
  CHECK(value == 2);
}

// Accepted as it stands: awaits within an awaiting expression's arguments.
Task<int> Nested() {
  const int result = co_await Kind(co_await Kind(co_await Kind(5)));
  co_return result;
}

TEST_CASE("an await may be an argument of another", "[accepted_forms]") { CHECK(SyncWait(Nested()) == 5); }

}  // namespace
}  // namespace boutique::coro
