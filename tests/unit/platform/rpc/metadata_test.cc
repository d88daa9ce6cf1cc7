// SPDX-License-Identifier: Apache-2.0
// What travels beside a request: trace, baggage and request id.
#include <mutex>
#include <set>
#include <vector>

#include "chain.h"
#include "platform/telemetry/span.h"

namespace boutique::rpc {
namespace {

const std::string kTrace = "0af7651916cd43dd8448eb211c80319c";
const std::string kSpan = "b7ad6b7169203331";
const std::string kTraceparent = "00-" + kTrace + "-" + kSpan + "-01";

class Recorded final : public telemetry::SpanSink {
 public:
  void Record(telemetry::Span span) override {
    const std::lock_guard lock(mutex_);
    spans_.push_back(std::move(span));
  }
  std::vector<telemetry::Span> spans() {
    const std::lock_guard lock(mutex_);
    return spans_;
  }

 private:
  std::mutex mutex_;
  std::vector<telemetry::Span> spans_;
};

// A chain whose handlers note the trace that they see.
struct Traced {
  explicit Traced(By by) : chain(by, {}, &recorded) {
    chain.recommendations.answer = [this](const CallContext& call, const pb::ListRecommendationsRequest&) {
      front = call.trace;
      return chain.HandOn(call);
    };
    chain.ads.answer = [this](const CallContext& call, const pb::AdRequest&) -> Reply<pb::AdResponse> {
      back = call.trace;
      co_return pb::AdResponse();
    };
  }
  void CallWith(const std::vector<std::pair<std::string, std::string>>& metadata) {
    grpc::ClientContext context;
    for (const auto& [name, value] : metadata) context.AddMetadata(name, value);
    REQUIRE_OK(chain.Recommend(context));
  }

  Recorded recorded;
  telemetry::TraceContext front;
  telemetry::TraceContext back;
  Chain chain;
};

TEST_CASE("a trace goes on through every call, each with a span of its own", "[metadata]") {
  Traced traced(GENERATE(By::kSocket, By::kInProcess));
  traced.CallWith({{"traceparent", kTraceparent}});
  CHECK(traced.front.TraceIdHex() == kTrace);
  CHECK(traced.back.TraceIdHex() == kTrace);
  CHECK(traced.front.parent_id == 0xb7ad6b7169203331);
  CHECK(traced.front.span_id != traced.front.parent_id);
  CHECK(traced.back.span_id != traced.front.span_id);
  CHECK(traced.back.parent_id != traced.front.span_id);  // the span of the call between them
  CHECK_FALSE(traced.back.speaks_b3);
}

TEST_CASE("a call without a trace begins one for all below", "[metadata]") {
  Traced traced(GENERATE(By::kSocket, By::kInProcess));
  traced.CallWith({});
  CHECK(traced.front.IsSet());
  CHECK(traced.front.parent_id == 0);
  CHECK(traced.back.trace_id == traced.front.trace_id);
}

TEST_CASE("a malformed trace counts as none", "[metadata]") {
  Traced traced(GENERATE(By::kSocket, By::kInProcess));
  traced.CallWith({{"traceparent", "00-nonsense"}, {"tracestate", "vendor=1"}, {"baggage", "k=v"}});
  CHECK(traced.front.IsSet());
  CHECK(traced.front.TraceIdHex() != kTrace);
  CHECK(traced.back.trace_id == traced.front.trace_id);
  CHECK(traced.back.tracestate.empty());
  CHECK(traced.back.baggage == "k=v");
}

TEST_CASE("tracestate, baggage and request id are handed on unchanged", "[metadata]") {
  Traced traced(GENERATE(By::kSocket, By::kInProcess));
  traced.CallWith({{"traceparent", kTraceparent},
                   {"tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"},
                   {"baggage", "userId=alice,serverNode=DF%2028,isProduction=false"},
                   {"x-request-id", "1d2c-33"}});
  for (const auto& trace : {traced.front, traced.back}) {
    CHECK(trace.tracestate == "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
    CHECK(trace.baggage == "userId=alice,serverNode=DF%2028,isProduction=false");
    CHECK(trace.request_id == "1d2c-33");
  }
}

TEST_CASE("a header that came in several lines is handed on as a list", "[metadata]") {
  Traced traced(GENERATE(By::kSocket, By::kInProcess));
  traced.CallWith({{"traceparent", kTraceparent}, {"tracestate", "a=1"}, {"tracestate", "b=2"}, {"baggage", "c=3"},
                   {"baggage", "d=4"}});
  CHECK(traced.back.tracestate == "a=1,b=2");
  CHECK(traced.back.baggage == "c=3,d=4");
}

TEST_CASE("baggage and request id alone are handed on too", "[metadata]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  Traced traced(by);
  traced.CallWith({{"baggage", "synthetic=true"}});
  CHECK(traced.back.baggage == "synthetic=true");
  traced.CallWith({{"x-request-id", "42"}});
  CHECK(traced.back.request_id == "42");
}

TEST_CASE("who speaks B3 is understood, and so are those below", "[metadata]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  const std::vector<std::vector<std::pair<std::string, std::string>>> forms = {
      {{"b3", kTrace + "-" + kSpan + "-1"}},
      {{"x-b3-traceid", kTrace}, {"x-b3-spanid", kSpan}, {"x-b3-sampled", "1"}},
      {{"x-b3-traceid", kTrace}, {"x-b3-spanid", kSpan}},
      {{"traceparent", kTraceparent}, {"b3", kTrace + "-" + kSpan + "-1"}},
      {{"traceparent", kTraceparent}, {"x-b3-traceid", kTrace}, {"x-b3-spanid", kSpan}}};
  for (const auto& form : forms) {
    Traced traced(by);
    traced.CallWith(form);
    CHECK(traced.front.TraceIdHex() == kTrace);
    CHECK(traced.front.parent_id == 0xb7ad6b7169203331);
    CHECK(traced.back.TraceIdHex() == kTrace);
    CHECK(traced.front.speaks_b3);
    CHECK(traced.back.speaks_b3);
    CHECK(traced.back.sampled);
  }
}

TEST_CASE("what is not sampled stays so below", "[metadata]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  const std::vector<std::vector<std::pair<std::string, std::string>>> forms = {
      {{"traceparent", "00-" + kTrace + "-" + kSpan + "-00"}},
      {{"b3", kTrace + "-" + kSpan + "-0"}},
      {{"x-b3-traceid", kTrace}, {"x-b3-spanid", kSpan}, {"x-b3-sampled", "0"}}};
  for (const auto& form : forms) {
    Traced traced(by);
    traced.CallWith(form);
    CHECK_FALSE(traced.front.sampled);
    CHECK_FALSE(traced.back.sampled);
    CHECK(traced.back.TraceIdHex() == kTrace);
    CHECK(traced.recorded.spans().empty());
  }
}

TEST_CASE("each call gives one span at each end, joined to one tree", "[metadata]") {
  Traced traced(GENERATE(By::kSocket, By::kInProcess));
  traced.CallWith({{"traceparent", kTraceparent}});
  traced.chain.front.Shutdown(20s);
  traced.chain.back.Shutdown(20s);
  const auto spans = traced.recorded.spans();
  REQUIRE(spans.size() == 3);
  std::map<std::string, telemetry::Span> by_name;
  for (const auto& span : spans) {
    CHECK(span.trace.TraceIdHex() == kTrace);
    CHECK(span.start <= span.end);
    CHECK(span.code == absl::StatusCode::kOk);
    const bool is_in = span.kind == telemetry::SpanKind::kServer;
    by_name[absl::StrCat(span.service, "/", span.method, is_in ? " in" : " out")] = span;
  }
  REQUIRE(by_name.size() == 3);
  const auto& top = by_name["hipstershop.RecommendationService/ListRecommendations in"].trace;
  const auto& out = by_name["hipstershop.AdService/GetAds out"].trace;
  const auto& in = by_name["hipstershop.AdService/GetAds in"].trace;
  CHECK(top.parent_id == 0xb7ad6b7169203331);
  CHECK(out.parent_id == top.span_id);
  CHECK(in.parent_id == out.span_id);
}

}  // namespace
}  // namespace boutique::rpc
