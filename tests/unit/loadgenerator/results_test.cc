// SPDX-License-Identifier: Apache-2.0
#include "loadgenerator/results.h"

#include "absl/strings/match.h"
#include "support/catch.h"

namespace boutique::loadgenerator {
namespace {

using namespace std::chrono_literals;

struct Fixture {
  Fixture() {
    for (int i = 0; i < 98; ++i) results.Note("GET /", 10ms, "");
    results.Note("GET /cart", 500ms, "status 503");
    results.Note("GET /cart", 600ms, "timeout");
  }
  telemetry::Metrics metrics;
  Results results{metrics};
};

TEST_CASE_METHOD(Fixture, "the table has a row for each request, one for all, and one for each kind of failure",
                 "[results]") {
  const std::string table = results.Table(10s);
  for (const char* const text : {"GET / ", "GET /cart ", "all ", "status 503\n", "timeout\n"}) {
    INFO(text);
    CHECK(absl::StrContains(table, text));
  }
  CHECK(results.requests() == 100);
  CHECK(results.failures() == 2);
}

TEST_CASE_METHOD(Fixture, "thresholds that are reached are not mentioned", "[results]") {
  CHECK(results.Missed({}).empty());
  CHECK(results.Missed({.least_requests = 100, .most_failures = 2, .most_p99 = 600ms}).empty());
}

TEST_CASE_METHOD(Fixture, "each threshold that is missed is told with its setting", "[results]") {
  const auto missed = results.Missed({.least_requests = 101, .most_failures = 1, .most_p99 = 400ms});
  REQUIRE(missed.size() == 3);
  CHECK(missed[0] == "100 requests, fewer than 101 (MIN_REQUESTS)");
  CHECK(missed[1] == "2 failures, more than 1 (MAX_FAILURES)");
  CHECK(absl::StrContains(missed[2], "longer than 400ms (MAX_P99)"));
}

TEST_CASE_METHOD(Fixture, "the metrics tell requests by how they ended", "[results]") {
  const auto& ok = metrics.Counter("loadgenerator_requests_total", "", {{"request", "GET /"}, {"outcome", "ok"}});
  const auto& late =
      metrics.Counter("loadgenerator_requests_total", "", {{"request", "GET /cart"}, {"outcome", "timeout"}});
  CHECK(ok.Value() == 98);
  CHECK(late.Value() == 1);
}

}  // namespace
}  // namespace boutique::loadgenerator
