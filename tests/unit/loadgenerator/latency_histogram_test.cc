// SPDX-License-Identifier: Apache-2.0
#include "loadgenerator/latency_histogram.h"

#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "support/catch.h"

namespace boutique::loadgenerator {
namespace {

using namespace std::chrono_literals;

TEST_CASE("nothing recorded has no latency", "[histogram]") {
  const LatencyHistogram none;
  CHECK(none.count() == 0);
  CHECK(none.Percentile(0.99) == 0ns);
  CHECK(none.Mean() == 0ns);
}

TEST_CASE("short latencies are known to the microsecond", "[histogram]") {
  LatencyHistogram histogram;
  for (int i = 1; i <= 50; ++i) histogram.Record(std::chrono::microseconds(i));
  CHECK(histogram.Percentile(0.5) == 26us);  // 25 us, and what was cut off
  CHECK(histogram.Percentile(1) == 50us);
  CHECK(histogram.Mean() == 25500ns);
}

TEST_CASE("what is out of range counts at its end", "[histogram]") {
  LatencyHistogram histogram;
  histogram.Record(-5s);
  CHECK(histogram.Max() == 0ns);
  histogram.Record(100h);
  CHECK(histogram.Max() == 1h);
  CHECK(histogram.Percentile(1) == 1h);
}

TEST_CASE("every percentile is within 1.6 percent and a microsecond above the true one", "[histogram]") {
  CHECK(rc::check("percentiles", [] {
    const auto micros = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 50'000'000)));
    const double fraction = *rc::gen::element(0.5, 0.9, 0.99, 0.999, 1.0);
    LatencyHistogram histogram;
    for (const int each : micros) histogram.Record(std::chrono::microseconds(each));
    std::vector<int> sorted = micros;
    std::sort(sorted.begin(), sorted.end());
    const auto rank = static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(sorted.size())));
    const std::chrono::nanoseconds exact = std::chrono::microseconds(sorted[rank - 1]);
    const auto told = histogram.Percentile(fraction);
    RC_ASSERT(told >= exact);
    RC_ASSERT(told <= exact + exact / 63 + 1us);
  }));
}

TEST_CASE("two histograms together are as one", "[histogram]") {
  LatencyHistogram left, right, both;
  for (int i = 0; i < 1000; ++i) {
    (i % 3 == 0 ? left : right).Record(std::chrono::microseconds(i * i));
    both.Record(std::chrono::microseconds(i * i));
  }
  left.Add(right);
  CHECK(left.count() == both.count());
  CHECK(left.Mean() == both.Mean());
  CHECK(left.Max() == both.Max());
  for (const double fraction : {0.1, 0.5, 0.99}) CHECK(left.Percentile(fraction) == both.Percentile(fraction));
}

}  // namespace
}  // namespace boutique::loadgenerator
