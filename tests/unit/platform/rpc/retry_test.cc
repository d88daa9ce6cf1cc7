// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/retry.h"

#include <set>

#include "support/catch.h"

namespace boutique::rpc {
namespace {

using namespace std::chrono_literals;

TEST_CASE("pauses grow from 20 ms to half a second, each between half and all of it", "[retry]") {
  absl::InsecureBitGen random;
  const std::vector<std::chrono::nanoseconds> longest = {20ms, 40ms, 80ms, 160ms, 320ms, 500ms, 500ms, 500ms};
  for (std::size_t i = 0; i < longest.size(); ++i) {
    std::set<std::int64_t> drawn;
    for (int k = 0; k < 200; ++k) {
      const auto pause = Backoff(static_cast<int>(i) + 1, random);
      CHECK(pause >= longest[i] / 2);
      CHECK(pause <= longest[i]);
      drawn.insert(pause.count());
    }
    CHECK(drawn.size() > 100);
  }
  CHECK(Backoff(1'000'000, random) <= 500ms);
}

TEST_CASE("a peer in trouble is not retried for long, and is again when it recovers", "[retry]") {
  RetryBudget budget;
  int allowed = 0;
  for (int i = 0; i < 100; ++i) allowed += budget.OnFailure() ? 1 : 0;
  CHECK(allowed == 4);
  for (int i = 0; i < 60; ++i) budget.OnSuccess();
  CHECK_FALSE(budget.OnFailure());
  for (int i = 0; i < 11; ++i) budget.OnSuccess();
  CHECK(budget.OnFailure());
}

TEST_CASE("success does not save up more than the budget", "[retry]") {
  RetryBudget budget;
  for (int i = 0; i < 10'000; ++i) budget.OnSuccess();
  int allowed = 0;
  for (int i = 0; i < 100; ++i) allowed += budget.OnFailure() ? 1 : 0;
  CHECK(allowed == 4);
}

TEST_CASE("one failure among ten successes may always be retried", "[retry]") {
  RetryBudget budget;
  for (int i = 0; i < 1000; ++i) {
    CHECK(budget.OnFailure());
    for (int k = 0; k < 10; ++k) budget.OnSuccess();
  }
}

}  // namespace
}  // namespace boutique::rpc
