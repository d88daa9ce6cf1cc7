// SPDX-License-Identifier: Apache-2.0
#include "loadgenerator/load.h"

#include <atomic>
#include <semaphore>

#include "absl/strings/match.h"
#include "scripted_shop.h"
#include "support/catch.h"
#include "support/eventually.h"

namespace boutique::loadgenerator {
namespace {

using namespace std::chrono_literals;

struct Run {
  explicit Run(Plan plan) : load(std::move(plan), results, users, [this] { ended.release(); }) {}
  telemetry::Metrics metrics;
  Results results{metrics};
  prometheus::Gauge& users = metrics.Gauge("users", "");
  std::binary_semaphore ended{0};
  Load load;
};

Plan OneShopper(const ScriptedShop& shop) {
  Plan plan;
  plan.shop = shop.address();
  plan.users = 1;
  plan.think_least = plan.think_most = 0s;
  return plan;
}

TEST_CASE("a shopper looks at the home page first, and the load ends with its last request", "[load]") {
  ScriptedShop shop([](const ScriptedShop::Request&, ScriptedShop::Response&) { return true; });
  Plan plan = OneShopper(shop);
  plan.requests = 50;
  Run run(plan);
  run.load.Start();
  run.ended.acquire();
  run.load.Stop();
  CHECK(run.results.requests() == 50);
  CHECK(run.results.failures() == 0);
  CHECK(run.load.elapsed() > 0ns);
}

TEST_CASE("the load waits for a shop that is not there yet, and counts none of it", "[load]") {
  std::atomic<int> asked = 0;
  ScriptedShop shop([&](const ScriptedShop::Request&, ScriptedShop::Response& response) {
    if (++asked <= 1) response.result(503);
    return true;
  });
  Plan plan = OneShopper(shop);
  plan.requests = 1;
  Run run(plan);
  run.load.Start();
  run.ended.acquire();
  run.load.Stop();
  CHECK(run.results.requests() == 1);
  CHECK(run.results.failures() == 0);
}

TEST_CASE("the load ends when the shop is not there within the wait, and says how the last attempt failed", "[load]") {
  ScriptedShop shop([](const ScriptedShop::Request&, ScriptedShop::Response& response) {
    response.result(503);
    return true;
  });
  Plan plan = OneShopper(shop);
  plan.wait = 100ms;
  Run run(plan);
  run.load.Start();
  run.ended.acquire();
  run.load.Stop();
  CHECK(run.results.requests() == 0);
  CHECK(run.load.unreached() == "status 503");
}

TEST_CASE("a shop that takes the connection and never answers is not waited for any longer", "[load]") {
  std::binary_semaphore go_on(0);
  ScriptedShop shop([&](const ScriptedShop::Request&, ScriptedShop::Response&) {
    go_on.acquire();
    return false;
  });
  Plan plan = OneShopper(shop);
  plan.wait = 100ms;
  Run run(plan);
  run.load.Start();
  run.ended.acquire();
  run.load.Stop();
  go_on.release();
  CHECK(run.load.unreached() == "no answer");
}

TEST_CASE("the wait is over with the first home page", "[load]") {
  ScriptedShop shop([](const ScriptedShop::Request&, ScriptedShop::Response&) { return true; });
  Plan plan = OneShopper(shop);
  plan.wait = 50ms;
  plan.think_least = plan.think_most = 1ms;
  plan.duration = 300ms;
  Run run(plan);
  run.load.Start();
  run.ended.acquire();
  run.load.Stop();
  CHECK(run.load.elapsed() >= 300ms);
  CHECK(run.load.unreached().empty());
}

TEST_CASE("an open loop charges a shop that stalls for everybody who came meanwhile", "[load]") {
  // The shop does not answer the second of its requests until a hundred tasks are due behind it.
  std::atomic<int> asked = 0;
  std::binary_semaphore go_on(0);
  ScriptedShop shop([&](const ScriptedShop::Request&, ScriptedShop::Response&) {
    if (++asked == 2) go_on.acquire();
    return true;
  });
  Plan plan = OneShopper(shop);
  plan.arrivals_per_second = 1000;
  plan.requests = 40;
  Run run(plan);
  run.load.Start();
  CHECK(testing::Eventually([&] { return asked >= 2; }));
  const auto stalled = std::chrono::steady_clock::now();
  CHECK(testing::Eventually([&] { return std::chrono::steady_clock::now() - stalled > 200ms; }));
  go_on.release();
  run.ended.acquire();
  run.load.Stop();
  // All but the few that came last waited for most of the stall, although the shop was slow but once.
  const auto missed = run.results.Missed({.most_p99 = 150ms});
  CHECK(missed.size() == 1);
}

// A shop that answers `good` requests and then no more, until it is let go on.
struct HangingShop {
  explicit HangingShop(int good) : left(good) {}
  ~HangingShop() { go_on.release(); }
  std::atomic<int> left;
  std::binary_semaphore go_on{0};
  ScriptedShop shop{[this](const ScriptedShop::Request&, ScriptedShop::Response&) {
    if (left-- > 0) return true;
    go_on.acquire();
    go_on.release();
    return false;
  }};
};

TEST_CASE("a shop that hangs when the time is over is charged for it", "[load]") {
  HangingShop hanging(3);
  Plan plan = OneShopper(hanging.shop);
  plan.shop.patience = 400ms;
  plan.duration = 100ms;
  Run run(plan);
  run.load.Start();
  run.ended.acquire();
  run.load.Stop();
  CHECK(run.results.failures() > 0);
  CHECK(run.results.requests() == run.results.failures() + 2);
}

TEST_CASE("who was due when the time is over, and was never served, is a failure with the time they waited", "[load]") {
  HangingShop hanging(1);
  Plan plan = OneShopper(hanging.shop);
  plan.arrivals_per_second = 1000;
  plan.shop.patience = 100ms;
  plan.duration = 200ms;
  Run run(plan);
  run.load.Start();
  run.ended.acquire();
  run.load.Stop();
  CHECK(run.results.failures() == run.results.requests());
  // About two hundred; which of them became due before it was over is for the machine to say.
  CHECK(run.results.failures() > 20);
  CHECK(run.results.Missed({.most_p99 = 150ms}).size() == 1);
  CHECK(absl::StrContains(run.results.Table(1s), "(not begun)"));
}

TEST_CASE("of those who wait no more are remembered than the plan says", "[load]") {
  HangingShop hanging(1);
  Plan plan = OneShopper(hanging.shop);
  plan.arrivals_per_second = 1000;
  plan.most_waiting = 5;
  plan.requests = 20;
  Run run(plan);
  run.load.Start();
  // Those who leave are counted, while the shop still hangs.
  run.ended.acquire();
  run.load.Stop();
  CHECK(run.results.failures() == 20);
}

TEST_CASE("the time is over for those who think", "[load]") {
  ScriptedShop shop([](const ScriptedShop::Request&, ScriptedShop::Response&) { return true; });
  Plan plan = OneShopper(shop);
  plan.think_least = plan.think_most = 1h;
  plan.duration = 50ms;
  Run run(plan);
  run.load.Start();
  run.ended.acquire();
  run.load.Stop();
  CHECK(run.results.requests() == 1);
  CHECK(run.load.elapsed() < 1h);
}

TEST_CASE("the time is over, though not everybody has come", "[load]") {
  ScriptedShop shop([](const ScriptedShop::Request&, ScriptedShop::Response&) { return true; });
  Plan plan = OneShopper(shop);
  plan.users = 3600;
  plan.think_least = plan.think_most = 1h;
  plan.duration = 50ms;
  Run run(plan);
  run.load.Start();
  run.ended.acquire();
  run.load.Stop();
  CHECK(run.users.Value() == 1);
}

TEST_CASE("a load that is stopped in the middle ends at once", "[load]") {
  ScriptedShop shop([](const ScriptedShop::Request&, ScriptedShop::Response&) { return true; });
  Plan plan = OneShopper(shop);
  plan.think_least = plan.think_most = 1h;
  Run run(plan);
  run.load.Start();
  CHECK(testing::Eventually([&] { return run.users.Value() == 1; }));
  run.load.Stop();
  CHECK(run.results.requests() <= 1);
  CHECK_FALSE(run.ended.try_acquire());
}

}  // namespace
}  // namespace boutique::loadgenerator
