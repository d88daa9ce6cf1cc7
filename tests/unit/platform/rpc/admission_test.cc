// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/admission.h"

#include <future>
#include <vector>

#include "chain.h"
#include "gate.h"
#include "platform/rpc/health_service.h"

namespace boutique::rpc {
namespace {

// Serves `at_once` calls side by side, again and again, each of which takes so long.
void Serve(Admission& admission, int at_once, std::chrono::nanoseconds took, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    int entered = 0;
    while (entered < at_once && admission.TryEnter()) ++entered;
    for (int i = 0; i < entered; ++i) admission.Leave(took);
  }
}

TEST_CASE("at first a loop serves as many calls at once as it ever may", "[admission]") {
  Admission admission(2, 5);
  for (int i = 0; i < 5; ++i) CHECK(admission.TryEnter());
  CHECK(admission.in_flight() == 5);
  CHECK_FALSE(admission.TryEnter());
  CHECK(admission.in_flight() == 5);
  admission.Leave(1ms);
  CHECK(admission.TryEnter());
  CHECK_FALSE(admission.TryEnter());
}

TEST_CASE("the limit falls while latency is high, to the least and no further", "[admission]") {
  Admission admission(10, 500);
  Serve(admission, 100, 1ms, 100);
  CHECK(admission.limit() == 500);
  int last = admission.limit();
  for (int i = 0; i < 20; ++i) {
    Serve(admission, 400, 50ms, 1);
    CHECK(admission.limit() <= last);
    last = admission.limit();
  }
  CHECK(last < 250);
  Serve(admission, 400, 10s, 100);
  CHECK(admission.limit() >= 10);
  CHECK(admission.limit() < 60);
}

TEST_CASE("the limit rises again when latency is what it was and calls ask for it, to the most and no further",
          "[admission]") {
  Admission admission(10, 500);
  Serve(admission, 100, 1ms, 100);
  Serve(admission, 400, 50ms, 40);
  const int fallen = admission.limit();
  CHECK(fallen < 250);
  Serve(admission, 500, 1ms, 4000);
  CHECK(admission.limit() == 500);
}

TEST_CASE("steady latency, whatever it is, refuses nobody", "[admission]") {
  for (const std::chrono::nanoseconds took : {10'000ns, 1'000'000ns, 3'000'000'000ns}) {
    Admission admission(10, 500);
    Serve(admission, 300, took, 200);
    CHECK(admission.limit() == 500);
  }
}

TEST_CASE("a server that does little learns nothing from it", "[admission]") {
  Admission admission(10, 500);
  Serve(admission, 400, 1ms, 100);
  Serve(admission, 400, 50ms, 10);
  Serve(admission, 1, 1ms, 100);
  const int fallen = admission.limit();
  Serve(admission, 1, 1ms, 100'000);
  CHECK(admission.limit() == fallen);
}

TEST_CASE("a busy server refuses at once what it cannot serve, and serves again when it can", "[admission]") {
  ServerOptions options;
  options.least_admitted = 2;
  options.most_admitted = 2;
  Chain chain(By::kSocket, options);
  Gate gate;
  chain.recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    co_await gate.Pass(call);
    co_return pb::ListRecommendationsResponse();
  };
  std::vector<std::future<absl::StatusOr<pb::ListRecommendationsResponse>>> served;
  for (int i = 0; i < 2; ++i) served.push_back(std::async(std::launch::async, [&] { return chain.Recommend(); }));
  REQUIRE(gate.Await(2));
  for (int i = 0; i < 5; ++i) CHECK(chain.Recommend().status() == absl::ResourceExhaustedError("the server is busy"));
  gate.Open();
  for (auto& call : served) CHECK(call.get().ok());
  CHECK(testing::Eventually([&] { return chain.Recommend().ok(); }));
}

TEST_CASE("a busy server still says that it is healthy", "[admission]") {
  ServerOptions options;
  options.least_admitted = 0;
  options.most_admitted = 0;
  telemetry::Metrics metrics;
  HealthService health;
  FakeAds ads;
  Server server(options, metrics);
  health.RegisterWith(server);
  ads.RegisterWith(server);
  REQUIRE_OK(server.Start());
  const auto channel = server.InProcessChannel();
  grpc::ClientContext refused;
  pb::AdResponse ad;
  CHECK(pb::AdService::NewStub(channel)->GetAds(&refused, {}, &ad).error_code() ==
        grpc::StatusCode::RESOURCE_EXHAUSTED);
  CHECK(ads.calls == 0);
  grpc::ClientContext context;
  grpc::health::v1::HealthCheckResponse response;
  CHECK(grpc::health::v1::Health::NewStub(channel)->Check(&context, {}, &response).ok());
  CHECK(response.status() == grpc::health::v1::HealthCheckResponse::SERVING);
}

}  // namespace
}  // namespace boutique::rpc
