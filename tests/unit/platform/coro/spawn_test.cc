// SPDX-License-Identifier: Apache-2.0
#include "platform/coro/spawn.h"

#include <memory>
#include <string>
#include <thread>

#include "signal.h"
#include "support/catch.h"

namespace boutique::coro {
namespace {

Task<std::string> GreetAfter(Signal& signal, std::string name) {
  co_await signal;
  co_return "hello " + name;
}
Task<void> PassAfter(Signal& signal) { co_await signal; }

TEST_CASE("a spawned task starts at once and tells its result when it ends", "[spawn]") {
  Signal signal;
  std::string told;
  Spawn(GreetAfter(signal, "ada"), [&](std::string value) { told = std::move(value); });
  CHECK(signal.HasWaiter());
  CHECK(told.empty());
  signal.Fire();
  CHECK(told == "hello ada");
}

TEST_CASE("a spawned task without a result tells that it has ended", "[spawn]") {
  Signal signal;
  bool ended = false;
  Spawn(PassAfter(signal), [&] { ended = true; });
  CHECK_FALSE(ended);
  signal.Fire();
  CHECK(ended);
}

Task<int> Holding(std::shared_ptr<int> held, Signal& signal) {
  co_await signal;
  co_return *held;
}

TEST_CASE("a spawned task's frame is freed before its end is told", "[spawn]") {
  Signal signal;
  const auto held = std::make_shared<int>(7);
  long owners = -1;
  Spawn(Holding(held, signal), [&](int) { owners = held.use_count(); });
  CHECK(held.use_count() == 2);
  signal.Fire();
  CHECK(owners == 1);
}

TEST_CASE("waiting for a task blocks until another thread has ended it", "[spawn]") {
  for (int round = 0; round < 200; ++round) {
    Signal one;
    Signal other;
    std::thread thread([&] {
      one.Fire();
      other.Fire();
    });
    CHECK(SyncWait(GreetAfter(one, "ada")) == "hello ada");
    SyncWait(PassAfter(other));
    thread.join();
  }
}

}  // namespace
}  // namespace boutique::coro
