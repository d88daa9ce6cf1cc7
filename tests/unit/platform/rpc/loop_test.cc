// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/loop.h"

#include <future>
#include <thread>
#include <vector>

#include "platform/coro/spawn.h"
#include "support/catch.h"
#include "support/eventually.h"
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

class Noting final : public Posted {
 public:
  explicit Noting(Loop& loop) : loop_(loop) {}
  std::promise<std::thread::id> ran_on;
  bool was_on_loop = false;

 private:
  void Run() override {
    was_on_loop = loop_.IsCurrent();
    ran_on.set_value(std::this_thread::get_id());
  }
  Loop& loop_;
};

TEST_CASE_METHOD(Running, "what a loop is free for runs on the thread that brings it, and is on the loop there",
                 "[loop]") {
  // It is free when its thread has gone to sleep.
  CHECK(testing::Eventually([this] {
    Noting noting(loop);
    loop.RunOrPost(&noting);
    const bool ran_here = noting.ran_on.get_future().get() == std::this_thread::get_id();
    CHECK(noting.was_on_loop);
    return ran_here;
  }));
  CHECK_FALSE(loop.IsCurrent());
}

TEST_CASE_METHOD(Running, "what a loop is not free for is posted to it", "[loop]") {
  std::promise<void> busy;
  std::promise<void> go;
  loop.Post([&] {
    busy.set_value();
    go.get_future().get();
  });
  busy.get_future().get();
  Noting noting(loop);
  loop.RunOrPost(&noting);  // returns though the loop is still busy
  go.set_value();
  CHECK(noting.ran_on.get_future().get() != std::this_thread::get_id());
  CHECK(noting.was_on_loop);
}

TEST_CASE_METHOD(Running, "however work comes to a loop, it runs there alone", "[loop]") {
  constexpr int kThreads = 4;
  constexpr int kEach = 5000;
  int count = 0;  // of the loop's
  struct Adding final : Posted {
    explicit Adding(int& count) : count(count) {}
    void Run() override {
      ++count;
      ran.store(true);
    }
    int& count;
    std::atomic<bool> ran{false};
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        Adding adding(count);
        loop.RunOrPost(&adding);
        while (!adding.ran.load()) std::this_thread::yield();
        loop.Post([&count] { ++count; });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  Settle();
  CHECK(count == 2 * kThreads * kEach);
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
