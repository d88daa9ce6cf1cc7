// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/sleep.h"

#include "support/catch.h"
#include "support/on_loop.h"

namespace boutique::rpc {
namespace {

using namespace std::chrono_literals;

struct Napping {
  Napping() { loop.Start(); }
  ~Napping() { loop.Stop(); }
  // Whether the whole nap was taken.
  bool Nap(std::chrono::nanoseconds pause) { return testing::RunOn(loop, NapOn(call, pause)); }
  static coro::Task<bool> NapOn(CallContext call, std::chrono::nanoseconds pause) {
    const bool elapsed = co_await Sleep(call, pause);
    co_return elapsed && call.loop->IsCurrent();
  }

  Loop loop;
  std::stop_source caller;
  CallContext call = Begin(loop, 1min, caller.get_token());
};

TEST_CASE_METHOD(Napping, "a pause lasts as long as it should and ends on the loop", "[sleep]") {
  const auto start = std::chrono::steady_clock::now();
  CHECK(Nap(20ms));
  CHECK(std::chrono::steady_clock::now() - start >= 19ms);
}

TEST_CASE_METHOD(Napping, "no pause and a negative one end at once", "[sleep]") {
  CHECK(Nap(0s));
  CHECK(Nap(-1h));
}

TEST_CASE_METHOD(Napping, "a pause ends when the caller goes", "[sleep]") {
  loop.Post([this] { loop.Post([this] { caller.request_stop(); }); });
  CHECK_FALSE(Nap(1h));
}

TEST_CASE_METHOD(Napping, "there is no pause for a caller who has gone", "[sleep]") {
  caller.request_stop();
  CHECK_FALSE(Nap(1h));
}

coro::Task<int> CountUp(CallContext call, int to) {
  int count = 0;
  while (count < to) {
    co_await Yield(call);
    ++count;
  }
  co_return count;
}

TEST_CASE_METHOD(Napping, "yielding a hundred thousand times does not use up the stack", "[sleep]") {
  CHECK(testing::RunOn(loop, CountUp(call, 100'000)) == 100'000);
}

TEST_CASE_METHOD(Napping, "others go first when a request yields", "[sleep]") {
  int others = 0;
  auto yields = [&]() -> coro::Task<int> {
    loop.Post([&] { ++others; });
    co_await Yield(call);
    co_return others;
  };
  CHECK(testing::RunOn(loop, yields()) == 1);
}

}  // namespace
}  // namespace boutique::rpc
