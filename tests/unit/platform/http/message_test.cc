// SPDX-License-Identifier: Apache-2.0
#include "platform/http/message.h"

#include "platform/http/request_trace.h"
#include "support/catch.h"

namespace boutique::http {
namespace {

TEST_CASE("headers are found in any case of letters", "[http]") {
  Request request;
  request.headers = {{"Content-Type", "text/plain"}, {"ACCEPT", "*/*"}};
  CHECK(request.HeaderOf("content-type") == "text/plain");
  CHECK(request.HasHeader("accept"));
  CHECK(request.HeaderOf("cookie").empty());
}

TEST_CASE("a response's header cannot begin another", "[http]") {
  Response response;
  response.Add("Location", "/a\r\nSet-Cookie: x=1");
  CHECK(response.HeaderOf("location") == "/aSet-Cookie: x=1");
  response.Add("Set-Cookie", "a=1").Add("Set-Cookie", "b=2").Set("LOCATION", "/");
  CHECK(response.headers.size() == 3);
  CHECK(response.HeaderOf("Location") == "/");
}

TEST_CASE("each failure of a call has its HTTP status", "[http]") {
  const std::pair<absl::StatusCode, int> table[] = {
      {absl::StatusCode::kOk, 200},
      {absl::StatusCode::kCancelled, 503},
      {absl::StatusCode::kUnknown, 500},
      {absl::StatusCode::kInvalidArgument, 400},
      {absl::StatusCode::kDeadlineExceeded, 503},
      {absl::StatusCode::kNotFound, 404},
      {absl::StatusCode::kAlreadyExists, 409},
      {absl::StatusCode::kPermissionDenied, 403},
      {absl::StatusCode::kResourceExhausted, 429},
      {absl::StatusCode::kFailedPrecondition, 422},
      {absl::StatusCode::kAborted, 409},
      {absl::StatusCode::kOutOfRange, 400},
      {absl::StatusCode::kUnimplemented, 501},
      {absl::StatusCode::kInternal, 500},
      {absl::StatusCode::kUnavailable, 503},
      {absl::StatusCode::kDataLoss, 500},
      {absl::StatusCode::kUnauthenticated, 401},
  };
  for (const auto& [code, status] : table) {
    INFO(absl::StatusCodeToString(code));
    CHECK(HttpStatusOf(code) == status);
    CHECK(ReasonPhrase(status) != "Unknown");
  }
}

TEST_CASE("a request's trace is read from its headers", "[http]") {
  Request request;
  request.headers = {{"Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
                     {"x-request-id", "other"},
                     {"baggage", "k=v"},
                     {"tracestate", "a=\x80"}};
  request.id = "abc-1";
  const auto trace = TraceOf(request);
  CHECK(trace.TraceIdHex() == "0af7651916cd43dd8448eb211c80319c");
  CHECK(trace.request_id == "abc-1");
  CHECK(trace.baggage == "k=v");
  CHECK(trace.tracestate.empty());  // bytes that no metadata may hold
}

TEST_CASE("a request keeps the id that it came with, if it is fit to be shown", "[http]") {
  Request request;
  request.headers = {{"X-Request-Id", "abc-1"}};
  CHECK(RequestIdOf(request) == "abc-1");
  for (const std::string& bad : {std::string(129, 'x'), std::string("a\nb"), std::string(), std::string("\xff")}) {
    request.headers = {{"x-request-id", bad}};
    CHECK(RequestIdOf(request).size() == 16);
  }
  CHECK(RequestIdOf(request) != RequestIdOf(request));
}

TEST_CASE("B3 headers begin a trace, too", "[http]") {
  Request request;
  request.headers = {{"X-B3-TraceId", "0af7651916cd43dd8448eb211c80319c"},
                     {"X-B3-SpanId", "b7ad6b7169203331"},
                     {"X-B3-Sampled", "1"}};
  CHECK(TraceOf(request).TraceIdHex() == "0af7651916cd43dd8448eb211c80319c");
  request.headers = {{"b3", "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1"}};
  CHECK(TraceOf(request).speaks_b3);
}

TEST_CASE("trace headers that are too long or not ASCII go no further", "[http]") {
  Request request;
  request.headers = {{"baggage", std::string(1025, 'x')}, {"traceparent", "nonsense"}};
  const auto trace = TraceOf(request);
  CHECK(trace.baggage.empty());
  CHECK_FALSE(trace.IsSet());
}

}  // namespace
}  // namespace boutique::http
