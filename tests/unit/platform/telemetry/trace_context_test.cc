// SPDX-License-Identifier: Apache-2.0
#include "platform/telemetry/trace_context.h"

#include <set>
#include <string>
#include <vector>

#include "support/catch.h"

namespace boutique::telemetry {
namespace {

const std::string kTrace = "0af7651916cd43dd8448eb211c80319c";
const std::string kSpan = "b7ad6b7169203331";

// Compares all that a reader could have changed.
bool IsUntouched(const TraceContext& trace) {
  return !trace.IsSet() && trace.span_id == 0 && trace.parent_id == 0 && trace.sampled && !trace.speaks_b3;
}

TEST_CASE("a traceparent is read", "[trace_context]") {
  TraceContext trace;
  REQUIRE(ReadTraceparent("00-" + kTrace + "-" + kSpan + "-01", &trace));
  CHECK(trace.IsSet());
  CHECK(trace.TraceIdHex() == kTrace);
  CHECK(trace.SpanIdHex() == kSpan);
  CHECK(trace.sampled);
  CHECK_FALSE(trace.speaks_b3);
  CHECK(WriteTraceparent(trace) == "00-" + kTrace + "-" + kSpan + "-01");
}

TEST_CASE("the sampling flag is the last bit of the flags", "[trace_context]") {
  for (const auto& [flags, sampled] : std::vector<std::pair<std::string, bool>>{
           {"00", false}, {"01", true}, {"02", false}, {"03", true}, {"ff", true}, {"fe", false}}) {
    TraceContext trace;
    REQUIRE(ReadTraceparent("00-" + kTrace + "-" + kSpan + "-" + flags, &trace));
    CHECK(trace.sampled == sampled);
    CHECK(WriteTraceparent(trace) == "00-" + kTrace + "-" + kSpan + (sampled ? "-01" : "-00"));
  }
}

TEST_CASE("a later version of traceparent may be longer", "[trace_context]") {
  TraceContext trace;
  CHECK(ReadTraceparent("01-" + kTrace + "-" + kSpan + "-01", &trace));
  CHECK(ReadTraceparent("cc-" + kTrace + "-" + kSpan + "-01-what-the-future-brings", &trace));
  CHECK(trace.TraceIdHex() == kTrace);
}

TEST_CASE("a malformed traceparent changes nothing", "[trace_context]") {
  const std::string tail = "-" + kTrace + "-" + kSpan + "-01";
  const std::vector<std::string> malformed = {
      "", "0", "00", "00-", std::string(55, '-'), std::string(55, '0'), std::string(54, 'a'),
      "00" + tail + "-", "00" + tail + "-x", "00" + tail + "0", "cc" + tail + "x", "ff" + tail, "0g" + tail,
      "0" + tail, "000" + tail, "AA" + tail,
      "00-" + std::string(32, '0') + "-" + kSpan + "-01",
      "00-" + kTrace + "-" + std::string(16, '0') + "-01",
      "00-0AF7651916CD43DD8448EB211C80319C-" + kSpan + "-01",
      "00-" + kTrace + "-B7AD6B7169203331-01",
      "00-" + kTrace + "-" + kSpan + "-0g", "00-" + kTrace + "-" + kSpan + "-1",
      "00-" + kTrace + "-" + kSpan + "--1", "00_" + kTrace + "-" + kSpan + "-01",
      "00-" + kTrace + "_" + kSpan + "-01", "00-" + kTrace + "-" + kSpan + "_01",
      "00-" + kTrace.substr(1) + "-" + kSpan + "a-01", " 00" + tail, "00" + tail + " ",
      std::string("00-") + std::string(32, '\0') + "-" + kSpan + "-01"};
  for (const std::string& text : malformed) {
    INFO(text);
    TraceContext trace;
    CHECK_FALSE(ReadTraceparent(text, &trace));
    CHECK(IsUntouched(trace));
  }
}

TEST_CASE("a single b3 header is read and written", "[trace_context]") {
  for (const auto& [sampled, expected] : std::vector<std::pair<std::string, bool>>{
           {"", true}, {"-1", true}, {"-0", false}, {"-d", true}, {"-1-05e3ac9a4f6e3b90", true},
           {"-0-05e3ac9a4f6e3b90", false}}) {
    TraceContext trace;
    REQUIRE(ReadB3(kTrace + "-" + kSpan + sampled, &trace));
    CHECK(trace.TraceIdHex() == kTrace);
    CHECK(trace.SpanIdHex() == kSpan);
    CHECK(trace.sampled == expected);
    CHECK(trace.speaks_b3);
    CHECK(WriteB3(trace) == kTrace + "-" + kSpan + (expected ? "-1" : "-0"));
  }
}

TEST_CASE("b3 may have a trace id of 64 bits", "[trace_context]") {
  TraceContext trace;
  REQUIRE(ReadB3("8448eb211c80319c-" + kSpan + "-1", &trace));
  CHECK(trace.TraceIdHex() == "00000000000000008448eb211c80319c");
  CHECK(WriteTraceparent(trace) == "00-00000000000000008448eb211c80319c-" + kSpan + "-01");
}

TEST_CASE("b3 in several headers is read", "[trace_context]") {
  for (const auto& [sampled, expected] : std::vector<std::pair<std::string, bool>>{
           {"", true}, {"1", true}, {"0", false}, {"true", true}, {"false", false}, {"d", true}}) {
    TraceContext trace;
    REQUIRE(ReadB3Multi(kTrace, kSpan, sampled, &trace));
    CHECK(trace.TraceIdHex() == kTrace);
    CHECK(trace.sampled == expected);
    CHECK(trace.speaks_b3);
  }
}

TEST_CASE("malformed b3 headers change nothing", "[trace_context]") {
  for (const std::string& text :
       {std::string(), std::string("0"), std::string("1"), std::string("d"), kTrace, kTrace + "-", "-" + kSpan,
        kTrace + "-" + kSpan + "0", kTrace + "0-" + kSpan, kTrace + "-" + std::string(16, '0'),
        std::string(32, '0') + "-" + kSpan, std::string(16, '0') + "-" + kSpan, "x" + kTrace.substr(1) + "-" + kSpan,
        kTrace + "--1", kTrace + " - " + kSpan}) {
    INFO(text);
    TraceContext trace;
    CHECK_FALSE(ReadB3(text, &trace));
    CHECK(IsUntouched(trace));
  }
  TraceContext trace;
  CHECK_FALSE(ReadB3Multi("", "", "", &trace));
  CHECK_FALSE(ReadB3Multi(kTrace, "", "1", &trace));
  CHECK_FALSE(ReadB3Multi("", kSpan, "1", &trace));
  CHECK(IsUntouched(trace));
}

TEST_CASE("printable ASCII of some length may travel on", "[trace_context]") {
  CHECK(MayTravel(""));
  CHECK(MayTravel("a=1, b=~ %20"));
  CHECK(MayTravel(std::string(4096, 'x')));
  for (const std::string& text : {std::string("\n"), std::string("\t"), std::string("\0", 1), std::string("\x7f"),
                                  std::string("\x80"), std::string("caf\xc3\xa9"), std::string(4097, 'x')}) {
    CHECK_FALSE(MayTravel(text));
  }
}

TEST_CASE("work within a trace gets a span of its own below the caller's", "[trace_context]") {
  absl::InsecureBitGen random;
  TraceContext trace;
  REQUIRE(ReadTraceparent("00-" + kTrace + "-" + kSpan + "-00", &trace));
  trace.baggage = "synthetic=true";
  StartSpan(&trace, &random);
  CHECK(trace.TraceIdHex() == kTrace);
  CHECK(trace.SpanIdHex() != kSpan);
  CHECK(trace.parent_id == 0xb7ad6b7169203331);
  CHECK_FALSE(trace.sampled);
  CHECK(trace.baggage == "synthetic=true");
}

TEST_CASE("work without a trace begins one, and never the same", "[trace_context]") {
  absl::InsecureBitGen random;
  std::set<std::string> traces;
  std::set<std::uint64_t> spans;
  for (int i = 0; i < 1000; ++i) {
    TraceContext trace;
    StartSpan(&trace, &random);
    CHECK(trace.IsSet());
    CHECK(trace.parent_id == 0);
    CHECK(trace.span_id != 0);
    TraceContext read;
    CHECK(ReadTraceparent(WriteTraceparent(trace), &read));
    traces.insert(trace.TraceIdHex());
    spans.insert(trace.span_id);
  }
  CHECK(traces.size() == 1000);
  CHECK(spans.size() == 1000);
}

}  // namespace
}  // namespace boutique::telemetry
