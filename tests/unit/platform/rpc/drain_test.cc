// SPDX-License-Identifier: Apache-2.0
// How a server stops: it refuses what is new, and loses nothing that it has accepted.
#include <future>
#include <thread>

#include "chain.h"
#include "gate.h"
#include "platform/rpc/listen_check.h"
#include "platform/rpc/sleep.h"
#include "raw_grpc.h"

namespace boutique::rpc {
namespace {

using Waiting = std::future<absl::StatusOr<pb::ListRecommendationsResponse>>;

Waiting CallInBackground(Chain& chain) {
  return std::async(std::launch::async, [&chain] { return chain.Recommend(); });
}

TEST_CASE("a server that drains answers what it has accepted and refuses what is new", "[drain]") {
  Chain chain(By::kSocket);
  Gate gate;
  chain.ads.answer = [&](const CallContext& call, const pb::AdRequest&) -> Reply<pb::AdResponse> {
    co_await gate.Pass(call);
    co_return pb::AdResponse();
  };
  std::vector<Waiting> accepted;
  for (int i = 0; i < 10; ++i) accepted.push_back(CallInBackground(chain));
  REQUIRE(gate.Await(10));
  std::atomic<bool> drained{false};
  std::thread drain([&] {
    chain.front.Drain(20s);
    drained = true;
  });
  CHECK(testing::Eventually([&] { return absl::IsUnavailable(chain.Recommend(5s).status()); }));
  CHECK_FALSE(drained);
  gate.Open();
  for (auto& call : accepted) CHECK(call.get().ok());
  drain.join();
}

// gRPC closes a connection once the kernel has the last answer. What the client sends after that, or just before, makes
// the kernel drop what it has not got rid of.
TEST_CASE("answers reach a client that reads late and sends meanwhile, however soon their server is gone", "[drain]") {
  constexpr int kCalls = 14;
  telemetry::Metrics metrics;
  Gate gate;
  std::promise<std::stop_token> last;
  std::atomic<int> begun{0};
  FakeRecommendations recommendations;
  recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    if (++begun == kCalls + 1) last.set_value(call.cancelled);
    co_await gate.Pass(call);
    pb::ListRecommendationsResponse response;
    response.add_product_ids(std::string(4000, 'p'));  // together more than the client's kernel takes unread
    co_return response;
  };
  ServerOptions options;
  options.loops = GENERATE(1, 3);
  Server server(options, metrics);
  recommendations.RegisterWith(server);
  const std::string address = GENERATE("127.0.0.1:0", "0.0.0.0:0", "[::1]:0");
  const int family = address[0] == '[' ? AF_INET6 : AF_INET;
  if (family == AF_INET6 && !CheckCanListen(address).ok()) return;  // this machine has no IPv6
  const auto port = server.Start(address);
  REQUIRE_OK(port);
  RawGrpc client(*port, /*buffer=*/8192, family);
  for (int i = 0; i < kCalls; ++i) client.Begin("/hipstershop.RecommendationService/ListRecommendations");
  REQUIRE(gate.Await(kCalls));
  // One that is given up ends last, and nobody gets its answer.
  const auto given_up = client.Begin("/hipstershop.RecommendationService/ListRecommendations");
  REQUIRE(gate.Await(kCalls + 1));
  client.Cancel(given_up);
  const std::stop_token gone = last.get_future().get();
  REQUIRE(testing::Eventually([&] { return gone.stop_requested(); }));
  auto drained = std::async(std::launch::async, [&] { server.Drain(20s); });
  REQUIRE(client.AwaitLastGoaway());
  gate.Open();
  drained.wait_for(20ms);
  CHECK(client.CountAnswers(kCalls) == kCalls);
  drained.get();
}

TEST_CASE("a server that drains waits no longer than its grace, then cancels and waits for the handlers", "[drain]") {
  Chain chain(By::kSocket);
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
  chain.recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    ++begun;
    const bool elapsed = co_await Sleep(call, 1h);
    co_await Yield(call);
    co_await Yield(call);
    if (!elapsed) ++ended;
    co_return pb::ListRecommendationsResponse();
  };
  std::vector<Waiting> calls;
  for (int i = 0; i < 5; ++i) calls.push_back(CallInBackground(chain));
  REQUIRE(testing::Eventually([&] { return begun == 5; }));
  chain.front.Drain(10ms);
  CHECK(ended == 5);
  for (auto& call : calls) CHECK_FALSE(call.get().ok());
}

TEST_CASE("loops run on after the drain, for work that outlives the requests", "[drain]") {
  Chain chain;
  chain.front.Drain(0s);
  std::promise<void> ran;
  chain.front.loops()[0]->Post([&] { ran.set_value(); });
  ran.get_future().get();
}

TEST_CASE("a server may be drained and shut down more than once, started or not", "[drain]") {
  telemetry::Metrics metrics;
  Server never({}, metrics);
  never.Drain(0s);
  never.Shutdown(0s);
  Chain chain;
  CHECK(chain.Recommend().ok());
  for (int i = 0; i < 2; ++i) {
    chain.front.Drain(0s);
    chain.front.Shutdown(0s);
  }
}

TEST_CASE("a call that was accepted outside reaches the services within while the outer server drains", "[drain]") {
  telemetry::Metrics metrics;
  FakeAds ads;
  Gate gate;
  ads.answer = [](const CallContext&, const pb::AdRequest&) -> Reply<pb::AdResponse> { co_return pb::AdResponse(); };
  Client<pb::AdService> ad_client;
  FakeRecommendations recommendations;
  recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    co_await gate.Pass(call);
    const auto reply = co_await ad_client.Call<&pb::AdService::Stub::AsyncGetAds>(call, pb::AdRequest());
    if (!reply.ok()) co_return reply.status();
    co_return pb::ListRecommendationsResponse();
  };
  Server inner({}, metrics);
  Server outer({}, metrics);
  for (Server* server : {&inner, &outer}) {
    ads.RegisterWith(*server);
    recommendations.RegisterWith(*server);
  }
  REQUIRE_OK(inner.Start({}, [&] { ad_client.Connect(inner.InProcessChannel(), metrics); }));
  const auto port = outer.Start("127.0.0.1:0");
  REQUIRE_OK(port);
  const auto stub = pb::RecommendationService::NewStub(Connect(absl::StrCat("127.0.0.1:", *port)));
  auto call = std::async(std::launch::async, [&] {
    grpc::ClientContext context;
    pb::ListRecommendationsResponse response;
    return FromGrpc(stub->ListRecommendations(&context, {}, &response));
  });
  REQUIRE(gate.Await(1));
  std::thread drain([&] { outer.Drain(20s); });
  CHECK(testing::Eventually([&] {
    grpc::ClientContext context;
    pb::ListRecommendationsResponse response;
    context.set_deadline(std::chrono::system_clock::now() + 5s);
    return stub->ListRecommendations(&context, {}, &response).error_code() == grpc::StatusCode::UNAVAILABLE;
  }));
  gate.Open();
  CHECK(call.get().ok());
  CHECK(ads.calls == 1);
  drain.join();
  outer.Shutdown(0s);
  inner.Shutdown(0s);
}

// gRPC closes in-process transports as soon as a server shuts down, and a call on a closed one ends the process.
TEST_CASE("work within that has outlived its caller still reaches the services while their server stops", "[drain]") {
  telemetry::Metrics metrics;
  FakeAds ads;
  FakeRecommendations recommendations;
  Client<pb::AdService> ad_client;
  Gate gate;
  std::promise<std::stop_token> watched;
  std::atomic<int> reached{0};
  ads.answer = [](const CallContext&, const pb::AdRequest&) -> Reply<pb::AdResponse> { co_return pb::AdResponse(); };
  recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    watched.set_value(call.cancelled);
    const CallContext own = call.Detached(20s);
    co_await gate.Pass(own);
    for (int i = 0; i < 10; ++i) {
      const auto reply = co_await ad_client.Call<&pb::AdService::Stub::AsyncGetAds>(own, pb::AdRequest());
      if (reply.ok()) ++reached;
    }
    co_return pb::ListRecommendationsResponse();
  };
  Server inner({}, metrics);
  ads.RegisterWith(inner);
  recommendations.RegisterWith(inner);
  REQUIRE_OK(inner.Start({}, [&] { ad_client.Connect(inner.InProcessChannel(), metrics); }));
  const auto stub = pb::RecommendationService::NewStub(inner.InProcessChannel());
  grpc::ClientContext context;
  auto call = std::async(std::launch::async, [&] {
    pb::ListRecommendationsResponse response;
    return FromGrpc(stub->ListRecommendations(&context, {}, &response));
  });
  REQUIRE(gate.Await(1));
  context.TryCancel();
  CHECK_CODE(call.get(), kCancelled);
  const std::stop_token gone = watched.get_future().get();
  CHECK(testing::Eventually([&] { return gone.stop_requested(); }));
  std::atomic<bool> stopping{false};
  std::thread stop([&] {
    stopping = true;
    inner.Shutdown(20s);
  });
  CHECK(testing::Eventually([&] { return stopping.load(); }));
  gate.Open();
  stop.join();
  CHECK(reached == 10);
}

TEST_CASE("work within that ignores its caller's end is told when the grace is over", "[drain]") {
  Chain chain(By::kInProcess);
  std::atomic<int> told{0};
  std::atomic<int> begun{0};
  chain.recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    ++begun;
    const bool elapsed = co_await Sleep(call, 1h);
    if (!elapsed) ++told;
    co_return pb::ListRecommendationsResponse();
  };
  auto call = CallInBackground(chain);
  REQUIRE(testing::Eventually([&] { return begun == 1; }));
  chain.front.Drain(10ms);
  CHECK(told == 1);
  call.wait();
}

TEST_CASE("servers start, serve and stop again and again", "[drain]") {
  for (int round = 0; round < 25; ++round) {
    Chain chain(By::kSocket);
    std::vector<Waiting> calls;
    for (int i = 0; i < 4; ++i) calls.push_back(CallInBackground(chain));
    CHECK(chain.Recommend().ok());
    std::thread stop([&] { chain.front.Shutdown(std::chrono::milliseconds(round % 3)); });
    for (auto& call : calls) call.wait();
    stop.join();
  }
}

TEST_CASE("a server of several loops answers on all of them and stops", "[drain]") {
  ServerOptions options;
  options.loops = 4;
  Chain chain(GENERATE(By::kSocket, By::kInProcess), options);
  CHECK(chain.front.loops().size() == 4);
  std::vector<Waiting> calls;
  for (int i = 0; i < 100; ++i) calls.push_back(CallInBackground(chain));
  for (auto& call : calls) CHECK(call.get().ok());
}

}  // namespace
}  // namespace boutique::rpc
