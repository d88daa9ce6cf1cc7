// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/blocking_pool.h"

#include <filesystem>
#include <future>
#include <latch>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "platform/coro/when_all.h"
#include "support/catch.h"
#include "support/eventually.h"
#include "support/on_loop.h"

namespace boutique::rpc {
namespace {

using namespace std::chrono_literals;

std::ptrdiff_t ThreadsOfProcess() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"), std::filesystem::directory_iterator());
}

struct Offices {
  Offices() { loop.Start(); }
  ~Offices() { loop.Stop(); }

  // Runs work from the loop; its result comes to the test.
  template <typename Work>
  std::future<absl::StatusOr<std::string>> Run(BlockingPool& pool, const CallContext& of, Work work) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<std::string>>>();
    coro::Spawn(testing::OnLoop(loop, Checked(pool, of, std::move(work))),
                [promise](absl::StatusOr<std::string> result) { promise->set_value(std::move(result)); });
    return promise->get_future();
  }
  template <typename Work>
  static Reply<std::string> Checked(BlockingPool& pool, const CallContext& of, Work work) {
    auto result = co_await pool.Run(of, std::move(work));
    if (!of.loop->IsCurrent()) co_return absl::InternalError("the result came on another thread");
    co_return result;
  }

  Loop loop;
  CallContext call = Begin(loop, 1min);
};

// Keeps the threads of a pool busy until it is opened.
struct Busy {
  std::promise<void> opened;
  std::shared_future<void> open = opened.get_future().share();
  std::atomic<int> begun{0};
  auto Work() {
    return [this]() -> absl::StatusOr<std::string> {
      ++begun;
      open.wait();
      return "done";
    };
  }
};

TEST_CASE_METHOD(Offices, "work runs off the loop and its result comes back to it", "[blocking_pool]") {
  BlockingPool pool(2);
  auto name = [this]() -> absl::StatusOr<std::string> {
    if (loop.IsCurrent()) return absl::InternalError("on the loop");
    return "mug";
  };
  CHECK(Run(pool, call, name).get().value() == "mug");
  auto fail = []() -> absl::StatusOr<std::string> { return absl::NotFoundError("no mug"); };
  CHECK(Run(pool, call, fail).get().status() == absl::NotFoundError("no mug"));
}

TEST_CASE_METHOD(Offices, "no thread starts before there is work for it, and never more than allowed",
                 "[blocking_pool]") {
  const auto before = ThreadsOfProcess();
  BlockingPool pool(3);
  CHECK(ThreadsOfProcess() == before);
  Busy busy;
  std::vector<std::future<absl::StatusOr<std::string>>> results;
  results.push_back(Run(pool, call, busy.Work()));
  REQUIRE(testing::Eventually([&] { return busy.begun == 1; }));
  CHECK(ThreadsOfProcess() == before + 1);
  for (int i = 0; i < 9; ++i) results.push_back(Run(pool, call, busy.Work()));
  REQUIRE(testing::Eventually([&] { return busy.begun == 3; }));
  CHECK(ThreadsOfProcess() == before + 3);
  busy.opened.set_value();
  for (auto& result : results) CHECK(result.get().value() == "done");
  CHECK(busy.begun == 10);
  CHECK(ThreadsOfProcess() == before + 3);
}

TEST_CASE_METHOD(Offices, "what does not fit into the queue is refused at once", "[blocking_pool]") {
  BlockingPool pool(1, /*most_waiting=*/2);
  Busy busy;
  auto first = Run(pool, call, busy.Work());
  REQUIRE(testing::Eventually([&] { return busy.begun == 1; }));
  auto second = Run(pool, call, busy.Work());
  auto third = Run(pool, call, busy.Work());
  CHECK(Run(pool, call, busy.Work()).get().status() == absl::ResourceExhaustedError("too much work is waiting"));
  busy.opened.set_value();
  CHECK(first.get().ok());
  CHECK(second.get().ok());
  CHECK(third.get().ok());
  CHECK(Run(pool, call, busy.Work()).get().ok());
}

TEST_CASE_METHOD(Offices, "work whose caller has gone, or that comes too late, is not begun", "[blocking_pool]") {
  BlockingPool pool(1);
  Busy busy;
  auto first = Run(pool, call, busy.Work());
  REQUIRE(testing::Eventually([&] { return busy.begun == 1; }));
  std::stop_source caller;
  const CallContext cancelled = Begin(loop, 1min, caller.get_token());
  const CallContext late = Begin(loop, 1us);
  std::atomic<int> begun{0};
  auto count = [&begun]() -> absl::StatusOr<std::string> {
    ++begun;
    return "done";
  };
  auto of_cancelled = Run(pool, cancelled, count);
  auto of_late = Run(pool, late, count);
  auto of_patient = Run(pool, call, count);
  caller.request_stop();
  busy.opened.set_value();
  CHECK_CODE(of_cancelled.get(), kCancelled);
  CHECK_CODE(of_late.get(), kDeadlineExceeded);
  CHECK(of_patient.get().ok());
  CHECK(begun == 1);
}

TEST_CASE_METHOD(Offices, "work that has begun is waited for, though its caller goes", "[blocking_pool]") {
  BlockingPool pool(1);
  Busy busy;
  std::stop_source caller;
  const CallContext cancelled = Begin(loop, 1min, caller.get_token());
  auto result = Run(pool, cancelled, busy.Work());
  REQUIRE(testing::Eventually([&] { return busy.begun == 1; }));
  caller.request_stop();
  busy.opened.set_value();
  CHECK(result.get().value() == "done");
}

TEST_CASE_METHOD(Offices, "a pool that ends runs what waits", "[blocking_pool]") {
  std::vector<std::future<absl::StatusOr<std::string>>> results;
  Busy busy;
  {
    BlockingPool pool(2);
    for (int i = 0; i < 20; ++i) results.push_back(Run(pool, call, busy.Work()));
    REQUIRE(testing::Eventually([&] { return busy.begun == 2; }));
    std::promise<void> queued;
    loop.Post([&] { queued.set_value(); });
    queued.get_future().get();
    busy.opened.set_value();
  }
  CHECK(busy.begun == 20);
  for (auto& result : results) CHECK(result.get().ok());
}

TEST_CASE("thousands of results find their way to the loops that asked", "[blocking_pool]") {
  Offices one;
  Offices other;
  BlockingPool pool(4, 100'000);
  std::vector<std::future<absl::StatusOr<std::string>>> results;
  for (int i = 0; i < 4000; ++i) {
    Offices& office = i % 2 == 0 ? one : other;
    auto name = [i]() -> absl::StatusOr<std::string> { return std::to_string(i); };
    results.push_back(office.Run(pool, office.call, std::move(name)));
  }
  for (int i = 0; i < 4000; ++i) CHECK(results[static_cast<std::size_t>(i)].get().value() == std::to_string(i));
}

}  // namespace
}  // namespace boutique::rpc
