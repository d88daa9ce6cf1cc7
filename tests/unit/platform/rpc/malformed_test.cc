// SPDX-License-Identifier: Apache-2.0
// Whatever bytes come, the process lives and the next caller is served.
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include "chain.h"
#include "raw_grpc.h"

namespace boutique::rpc {
namespace {

absl::Status CallWithBytes(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                           const std::string& bytes) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 20s);
  grpc::CompletionQueue queue;
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer response;
  grpc::Status status;
  const auto call = stub.PrepareUnaryCall(&context, method, request, &queue);
  call->StartCall();
  call->Finish(&response, &status, &status);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  return FromGrpc(status);
}

TEST_CASE("bytes that are no message are refused and never reach the handler", "[malformed]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  Chain chain(by);
  const std::string get_ads = "/hipstershop.AdService/GetAds";
  for (const std::string& bytes : {std::string("\xff"), std::string("\x0a\x7f" "abc"), std::string("\x0a\x02\xff\xfe"),
                                   std::string(1000, '\xff'), std::string("\x0f"), std::string("\0\0", 2)}) {
    const absl::Status status = CallWithBytes(chain.back_channel, get_ads, bytes);
    CHECK_CODE(status, kInvalidArgument);
    CHECK(chain.ads.calls == 0);
  }
  CHECK(CallWithBytes(chain.back_channel, get_ads, "").ok());
  CHECK(CallWithBytes(chain.back_channel, get_ads, std::string("\x0a\x03mug\x98\x06\x01", 8)).ok());
  CHECK(chain.ads.calls == 2);
}

TEST_CASE("methods and services that are not there are UNIMPLEMENTED", "[malformed]") {
  Chain chain(By::kSocket);
  for (const char* method : {"/hipstershop.AdService/Nothing", "/hipstershop.CartService/GetCart",
                             "/oteldemo.AdService/GetAds", "/", "/x", "//"}) {
    CHECK_CODE(CallWithBytes(chain.back_channel, method, ""), kUnimplemented);
  }
  CHECK(chain.Recommend().ok());
}

TEST_CASE("a message beyond four megabytes is refused", "[malformed]") {
  Chain chain(By::kSocket);
  pb::AdRequest request;
  request.add_context_keys(std::string(5'000'000, 'k'));
  CHECK_CODE(CallWithBytes(chain.back_channel, "/hipstershop.AdService/GetAds", request.SerializeAsString()),
             kResourceExhausted);
  CHECK(chain.Recommend().ok());
}

// gRPC ends the process that sends a header value which is not visible ASCII, and what came in goes on unchanged.
TEST_CASE("header values that gRPC would not send are not handed on, and end nobody", "[malformed]") {
  telemetry::Metrics metrics;
  FakeAds ads;
  FakeRecommendations recommendations;
  telemetry::TraceContext seen;
  ads.answer = [&](const CallContext& call, const pb::AdRequest&) -> Reply<pb::AdResponse> {
    seen = call.trace;
    co_return pb::AdResponse();
  };
  Client<pb::AdService> ad_client;
  recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    const auto reply = co_await ad_client.Call<&pb::AdService::Stub::AsyncGetAds>(call, pb::AdRequest());
    if (!reply.ok()) co_return reply.status();
    co_return pb::ListRecommendationsResponse();
  };
  Server server({}, metrics);
  ads.RegisterWith(server);
  recommendations.RegisterWith(server);
  const auto port = server.Start("127.0.0.1:0", [&] { ad_client.Connect(server.InProcessChannel(), metrics); });
  REQUIRE_OK(port);
  RawGrpc client(*port);
  const std::string path = "/hipstershop.RecommendationService/ListRecommendations";
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  REQUIRE(client.Call(path, {{"traceparent", trace}, {"baggage", "a=b"}}));
  CHECK(seen.baggage == "a=b");
  int calls = 1;
  for (const std::string& bad : {std::string("\x01"), std::string("caf\xc3\xa9"), std::string("a\tb"),
                                 std::string("\x7f"), std::string("x\0y", 3), std::string("\xff\xff")}) {
    client.Call(path, {{"traceparent", trace}, {"baggage", bad}, {"tracestate", bad}, {"x-request-id", bad}});
    RawGrpc(*port).Call(path, {{"traceparent", bad}, {"b3", bad}, {"baggage", bad}});
    RawGrpc next(*port);
    REQUIRE(next.Call(path, {{"traceparent", trace}, {"baggage", "a=" + std::to_string(calls)}}));
    CHECK(seen.baggage == "a=" + std::to_string(calls));
    ++calls;
  }
}

TEST_CASE("frames that are no gRPC end nobody but their connection", "[malformed]") {
  telemetry::Metrics metrics;
  FakeAds ads;
  ads.answer = [](const CallContext&, const pb::AdRequest&) -> Reply<pb::AdResponse> { co_return pb::AdResponse(); };
  Server server({}, metrics);
  ads.RegisterWith(server);
  const auto port = server.Start("127.0.0.1:0");
  REQUIRE_OK(port);
  const std::string path = "/hipstershop.AdService/GetAds";
  for (const std::string& body : {std::string(), std::string("\0", 1), std::string("\0\0\0\0\x05" "ab", 7),
                                  std::string("\x01\0\0\0\x02" "ab", 7), std::string("\0\xff\xff\xff\xff", 5),
                                  std::string("\x09\0\0\0\0", 5)}) {
    RawGrpc(*port).Call(path, {}, body);
  }
  RawGrpc(*port).Call(path, {{"grpc-timeout", "never"}});
  RawGrpc(*port).Call(path, {{"grpc-timeout", "99999999H"}});
  RawGrpc(*port).Call(path, {{"grpc-encoding", "zip"}}, std::string("\x01\0\0\0\x02" "ab", 7));
  RawGrpc(*port).Call(path, {{":path", "/twice"}, {"BIG", "x"}});
  RawGrpc(*port).Send("GET / HTTP/1.1\r\n\r\n");
  RawGrpc(*port).Send(std::string(100'000, '\xff'));
  CHECK(RawGrpc(*port).Call(path, {}));
  CHECK(ads.calls >= 1);
}

}  // namespace
}  // namespace boutique::rpc
