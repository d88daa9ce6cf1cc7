// SPDX-License-Identifier: Apache-2.0
#include "gateway/rate_limit.h"

#include "absl/strings/str_cat.h"
#include "support/catch.h"

namespace boutique::gateway {
namespace {

struct Time {
  std::chrono::steady_clock::time_point now{std::chrono::hours(1)};
  RateLimit::Clock Clock() {
    return [this] { return now; };
  }
};

TEST_CASE("a visitor may hurry for a moment, and not for long", "[gateway]") {
  Time time;
  RateLimit limit(5, time.Clock());
  for (int i = 0; i < 10; ++i) CHECK(limit.TryTake("a"));
  CHECK_FALSE(limit.TryTake("a"));
  CHECK(limit.TryTake("b"));
  time.now += std::chrono::milliseconds(200);
  CHECK(limit.TryTake("a"));
  CHECK_FALSE(limit.TryTake("a"));
}

TEST_CASE("without a limit everybody is served", "[gateway]") {
  RateLimit limit(0);
  for (int i = 0; i < 10000; ++i) REQUIRE(limit.TryTake("a"));
  CHECK(limit.size() == 0);
}

TEST_CASE("visitors who have gone are forgotten", "[gateway]") {
  Time time;
  RateLimit limit(1, time.Clock());
  for (int i = 0; i < 100000; ++i) {
    if (i % 100 == 0) time.now += std::chrono::seconds(10);
    REQUIRE(limit.TryTake(absl::StrCat("visitor ", i)));
  }
  CHECK(limit.size() < 2048);
}

}  // namespace
}  // namespace boutique::gateway
