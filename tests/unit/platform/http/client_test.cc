// SPDX-License-Identifier: Apache-2.0
#include "platform/http/client.h"

#include "platform/coro/spawn.h"
#include "server_fixture.h"

namespace boutique::http {
namespace {

class ClientFixture : public ServerFixture {
 public:
  ClientFixture() {
    router.Add("GET", "/away", [](const rpc::CallContext&, const Request&) -> rpc::Reply<Response> {
      co_return SeeOther("file:///etc/passwd");
    });
    router.Add("GET", "/moved", [](const rpc::CallContext&, const Request&) -> rpc::Reply<Response> {
      co_return SeeOther("/hello?moved");
    });
    router.Add("GET", "/headers", [](const rpc::CallContext&, const Request& request) -> rpc::Reply<Response> {
      std::string all;
      for (const char* const name : {"traceparent", "b3", "tracestate", "baggage", "x-request-id"}) {
        absl::StrAppend(&all, request.HeaderOf(name), "\n");
      }
      co_return Answer(200, "text/plain", std::move(all));
    });
    Start();
  }
  std::string Url(absl::string_view path) { return absl::StrCat("http://127.0.0.1:", port, path); }
  // As a handler would, on a loop.
  absl::StatusOr<Response> Get(std::string url, FetchOptions options = {}) {
    return coro::SyncWait(GetOnLoop(std::move(url), options));
  }
  rpc::Reply<Response> GetOnLoop(std::string url, FetchOptions options) {
    co_await rpc::ResumeOn(*loops[0]);
    rpc::CallContext call = rpc::Begin(*loops[0], budget);
    if (trace.IsSet()) call.trace = trace;
    auto response = co_await client.Get(call, std::move(url), options);
    if (!call.loop->IsCurrent()) co_return absl::InternalError("resumed on another thread");
    co_return std::move(response);
  }
  rpc::Reply<Response> PostOnLoop(std::string url, std::string body) {
    co_await rpc::ResumeOn(*loops[0]);
    const rpc::CallContext call = rpc::Begin(*loops[0], budget);
    auto response = co_await client.Post(call, std::move(url), "application/json", std::move(body));
    co_return std::move(response);
  }

  std::chrono::nanoseconds budget = std::chrono::seconds(10);
  telemetry::TraceContext trace;
  rpc::BlockingPool pool{2};
  Client client{pool};
};

TEST_CASE_METHOD(ClientFixture, "an answer comes back to the caller's loop", "[http]") {
  const auto response = Get(Url("/hello?x=1"));
  REQUIRE_OK(response);
  CHECK(response->status == 200);
  CHECK(response->body == "hello x=1\n");
  CHECK(response->HeaderOf("content-type") == "text/plain; charset=utf-8");
  CHECK(Get(Url("/nowhere"))->status == 404);
}

TEST_CASE_METHOD(ClientFixture, "a body is posted", "[http]") {
  const auto response = coro::SyncWait(PostOnLoop(Url("/echo"), "{\"a\":1}"));
  REQUIRE_OK(response);
  CHECK(response->body == "{\"a\":1}");
}

TEST_CASE_METHOD(ClientFixture, "the request's trace travels along", "[http]") {
  REQUIRE(telemetry::ReadTraceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", &trace));
  trace.speaks_b3 = true;
  trace.tracestate = "vendor=1";
  trace.baggage = "user=test";
  trace.request_id = "request-1";
  const auto response = Get(Url("/headers"));
  REQUIRE_OK(response);
  CHECK(response->body == absl::StrCat(telemetry::WriteTraceparent(trace), "\n", telemetry::WriteB3(trace),
                                       "\nvendor=1\nuser=test\nrequest-1\n"));
}

TEST_CASE_METHOD(ClientFixture, "a peer that is away is UNAVAILABLE", "[http]") {
  server.reset();
  CHECK_CODE(Get(Url("/hello")), kUnavailable);
}

TEST_CASE_METHOD(ClientFixture, "a peer that is slow cannot outlast the deadline", "[http]") {
  FetchOptions options;
  options.timeout = std::chrono::milliseconds(50);
  CHECK_CODE(Get(Url("/slow"), options), kDeadlineExceeded);
  budget = std::chrono::milliseconds(50);
  CHECK_CODE(Get(Url("/slow")), kDeadlineExceeded);
}

TEST_CASE_METHOD(ClientFixture, "an answer that is too large is not taken", "[http]") {
  FetchOptions options;
  options.most_body = 4;
  CHECK_CODE(Get(Url("/hello"), options), kResourceExhausted);
}

TEST_CASE_METHOD(ClientFixture, "only http is spoken, and followed", "[http]") {
  CHECK_CODE(Get("file:///etc/passwd"), kInvalidArgument);
  CHECK_CODE(Get("gopher://127.0.0.1/"), kInvalidArgument);
  CHECK_CODE(Get(Url("/away")), kInvalidArgument);
  CHECK(Get(Url("/moved"))->body == "hello moved\n");
}

}  // namespace
}  // namespace boutique::http
