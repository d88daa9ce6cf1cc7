// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/loop.h"

#include <future>
#include <thread>
#include <vector>

#include "platform/coro/spawn.h"
#include "support/catch.h"
#include "support/on_loop.h"

namespace boutique::rpc {
namespace {

struct Running {
  Running() { loop.Start(); }
  ~Running() { loop.Stop(); }
  // Returns when all that was posted before has run.
  void Settle() {
    std::promise<void> settled;
    loop.Post([&] { settled.set_value(); });
    settled.get_future().get();
  }
  Loop loop;
};

TEST_CASE_METHOD(Running, "work runs on the loop's thread in the order of its posting", "[loop]") {
  std::vector<int> order;
  bool all_on_loop = true;
  for (int i = 0; i < 1000; ++i) {
    loop.Post([&, i] {
      order.push_back(i);
      all_on_loop = all_on_loop && loop.IsCurrent();
    });
  }
  Settle();
  REQUIRE(order.size() == 1000);
  for (int i = 0; i < 1000; ++i) CHECK(order[static_cast<std::size_t>(i)] == i);
  CHECK(all_on_loop);
  CHECK_FALSE(loop.IsCurrent());
}

TEST_CASE_METHOD(Running, "work from many threads runs once each, in the order of each thread", "[loop]") {
  constexpr int kThreads = 8;
  constexpr int kEach = 5000;
  std::vector<std::vector<int>> orders(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t, &orders] {
      auto& order = orders[static_cast<std::size_t>(t)];
      for (int i = 0; i < kEach; ++i) loop.Post([&order, i] { order.push_back(i); });
    });
  }
  for (auto& thread : threads) thread.join();
  Settle();
  for (const auto& order : orders) {
    REQUIRE(order.size() == kEach);
    for (int i = 0; i < kEach; ++i) {
      if (order[static_cast<std::size_t>(i)] != i) FAIL("out of order");
    }
  }
}

TEST_CASE_METHOD(Running, "what work posts runs after what was posted before it", "[loop]") {
  std::vector<std::string> order;
  std::promise<void> ended;
  loop.Post([&] {
    loop.Post([&] {
      order.push_back("inner");
      ended.set_value();
    });
    order.push_back("outer");
    CHECK(loop.IsCurrent());
  });
  ended.get_future().get();
  CHECK(order == std::vector<std::string>{"outer", "inner"});
}

class Again final : public Posted {
 public:
  Again(Loop& loop, int times) : loop_(loop), left_(times) {}
  std::promise<void> ended;

 private:
  void Run() override {
    if (--left_ == 0) return ended.set_value();
    loop_.Post(this);
  }
  Loop& loop_;
  int left_;
};

TEST_CASE_METHOD(Running, "a piece of work may post itself again and again", "[loop]") {
  Again again(loop, 10'000);
  loop.Post(&again);
  again.ended.get_future().get();
}

TEST_CASE("a loop that never ran still frees what was posted", "[loop]") {
  const auto held = std::make_shared<int>(1);
  {
    Loop loop;
    loop.Post([held] {});
    CHECK(held.use_count() == 2);
  }
  CHECK(held.use_count() == 1);
}

TEST_CASE("a loop stops more than once, and a loop that never started stops too", "[loop]") {
  Loop never;
  never.Stop();
  Loop loop;
  loop.Start();
  loop.Stop();
  loop.Stop();
}

coro::Task<bool> Travel(Loop& here, Loop& there) {
  co_await ResumeOn(there);
  const bool arrived = there.IsCurrent() && !here.IsCurrent();
  co_await ResumeOn(here);
  co_return arrived && here.IsCurrent();
}

TEST_CASE("a coroutine goes from loop to loop and back", "[loop]") {
  Running here;
  Running there;
  for (int i = 0; i < 100; ++i) CHECK(testing::RunOn(here.loop, Travel(here.loop, there.loop)));
}

}  // namespace
}  // namespace boutique::rpc
