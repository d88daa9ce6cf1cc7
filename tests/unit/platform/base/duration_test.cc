// SPDX-License-Identifier: Apache-2.0
#include "platform/base/duration.h"

#include <rapidcheck.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.h"

namespace boutique::base {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

TEST_CASE("durations are read as people write them", "[duration]") {
  const std::vector<std::pair<std::string, nanoseconds>> table = {
      {"0", 0ns},      {"0s", 0ns},       {"1ns", 1ns},           {"5us", 5us}, {"5\u00b5s", 5us}, {"5\u03bcs", 5us},       {"20ms", 20ms},
      {"5.5s", 5500ms}, {"90m", 90min},    {"1h30m", 90min},       {"30d", 720h},      {"1d12h", 36h},
      {"1m1ms", 60001ms}, {"0.5h", 30min}, {"1h0.5m2s", 3632s},    {"0.001s", 1ms},    {"36500d", 876000h},
  };
  for (const auto& [text, expected] : table) {
    INFO(text);
    const auto read = ParseDuration(text);
    REQUIRE_OK(read);
    CHECK(*read == expected);
  }
}

TEST_CASE("what is no duration is refused with the text and an example", "[duration]") {
  for (const char* text : {"", "5", "s", "-1s", "+1s", "1.s.", ".s", "1..5s", "1x", "1S", "1 s", " 1s", "1s ", "1e3s",
                           "0x1s", "inf", "nan", "1sec", "100y", "36501d", "1e99d", "99999999999999999999d", "00",
                           "1h30"}) {
    INFO(text);
    CHECK_CODE(ParseDuration(text), kInvalidArgument);
  }
  CHECK(ParseDuration("soon").status().message() == "'soon' is not a duration such as 5.5s, 1h30m or 30d");
}

TEST_CASE("decimals are exact: no millisecond is lost to binary fractions", "[duration]") {
  CHECK(rc::check([] {
    const int ms = *rc::gen::inRange(0, 10'000'000);
    std::string decimals = std::to_string(ms % 1000);
    decimals.insert(0, 3 - decimals.size(), '0');
    const auto read = ParseDuration(std::to_string(ms / 1000) + "." + decimals + "s");
    RC_ASSERT(read.ok());
    RC_ASSERT(read->count() == std::int64_t{ms} * 1'000'000);
  }));
}

TEST_CASE("durations are written in the largest unit that divides them", "[duration]") {
  CHECK(FormatDuration(0ns) == "0");
  CHECK(FormatDuration(720h) == "30d");
  CHECK(FormatDuration(1500ms) == "1500ms");
  CHECK(FormatDuration(90min) == "90m");
  CHECK(FormatDuration(2h) == "2h");
  CHECK(FormatDuration(1ns) == "1ns");
  CHECK(FormatDuration(1500ns) == "1500ns");
  CHECK(FormatDuration(25us) == "25us");
}

TEST_CASE("what is written is read as the same duration", "[duration]") {
  CHECK(rc::check([] {
    const std::int64_t unit = *rc::gen::element<std::int64_t>(1, 1000, 1'000'000, 1'000'000'000, 60'000'000'000);
    const nanoseconds duration(unit * *rc::gen::inRange<std::int64_t>(0, 50'000'000));
    const auto read = ParseDuration(FormatDuration(duration));
    RC_ASSERT(read.ok());
    RC_ASSERT(read->count() == duration.count());
  }));
}

}  // namespace
}  // namespace boutique::base
