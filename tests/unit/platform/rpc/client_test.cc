// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/client.h"

#include <prometheus/text_serializer.h>

#include <thread>
#include <vector>

#include "chain.h"
#include "platform/coro/when_all.h"
#include "support/eventually.h"
#include "support/on_loop.h"
#include "support/prometheus_text.h"

namespace boutique::rpc {
namespace {

const std::string kAds = R"(grpc_method="GetAds",grpc_service="hipstershop.AdService",grpc_type="unary"})";
const std::string kMail =
    R"(grpc_method="SendOrderConfirmation",grpc_service="hipstershop.EmailService",grpc_type="unary"})";

// Calls to peers that fail as the test lays out.
struct Peers : Chain {
  Peers() {
    ads.answer = [this](const CallContext&, const pb::AdRequest&) -> Reply<pb::AdResponse> {
      if (failures-- > 0) co_return failure;
      co_return pb::AdResponse();
    };
    email.answer = [this](const CallContext&, const pb::SendOrderConfirmationRequest&) -> Reply<pb::Empty> {
      if (failures-- > 0) co_return failure;
      co_return pb::Empty();
    };
  }
  Loop& loop() { return *front.loops()[0]; }
  absl::Status GetAds(std::chrono::nanoseconds budget = 20s) {
    const CallContext call = Begin(loop(), budget);
    return testing::RunOn(loop(), ad_client.Call<&pb::AdService::Stub::AsyncGetAds>(call, pb::AdRequest())).status();
  }
  absl::Status SendMail() {
    const CallContext call = Begin(loop(), 20s);
    return testing::RunOn(loop(), email_client.Call<&pb::EmailService::Stub::AsyncSendOrderConfirmation>(
                                      call, pb::SendOrderConfirmationRequest()))
        .status();
  }
  testing::PrometheusText Counted() {
    return testing::ReadPrometheusText(prometheus::TextSerializer().Serialize(metrics.registry()->Collect()));
  }

  std::atomic<int> failures{0};
  absl::Status failure = absl::UnavailableError("away");
};

TEST_CASE_METHOD(Peers, "a call that may be repeated is tried again while its peer is away", "[client]") {
  failures = 2;
  CHECK(GetAds().ok());
  CHECK(ads.calls == 3);
  const auto counted = Counted();
  CHECK(counted["grpc_client_started_total{" + kAds] == 3);
  CHECK(counted[R"(grpc_client_handled_total{grpc_code="Unavailable",)" + kAds] == 2);
  CHECK(counted[R"(grpc_client_handled_total{grpc_code="OK",)" + kAds] == 1);
  CHECK(counted["grpc_server_started_total{" + kAds] == 3);
  CHECK(counted["grpc_client_handling_seconds_count{" + kAds] == 3);
}

TEST_CASE_METHOD(Peers, "three attempts are enough", "[client]") {
  failures = 100;
  CHECK(GetAds() == absl::UnavailableError("away"));
  CHECK(ads.calls == 3);
}

TEST_CASE_METHOD(Peers, "a call that must not be repeated is made once", "[client]") {
  failures = 1;
  CHECK(SendMail() == absl::UnavailableError("away"));
  CHECK(email.calls == 1);
  CHECK(Counted()[R"(grpc_client_handled_total{grpc_code="Unavailable",)" + kMail] == 1);
  CHECK(SendMail().ok());
}

TEST_CASE_METHOD(Peers, "no error but UNAVAILABLE is tried again", "[client]") {
  for (int code = 2; code <= 16; ++code) {
    if (code == 14) continue;
    failure = absl::Status(static_cast<absl::StatusCode>(code), "no");
    failures = 1;
    ads.calls = 0;
    CHECK(GetAds() == failure);
    CHECK(ads.calls == 1);
  }
}

TEST_CASE_METHOD(Peers, "a peer that cancels what nobody cancelled is one that stops: it counts as away", "[client]") {
  failure = absl::CancelledError("CANCELLED");
  failures = 2;
  CHECK(GetAds().ok());
  CHECK(ads.calls == 3);
  failures = 1;
  CHECK(SendMail() == absl::UnavailableError("the peer cancelled the call: the call was cancelled"));
  CHECK(email.calls == 1);
}

// Answers as gRPC does for a server that has begun to stop.
struct StoppingEmail final : pb::EmailService::Service {
  grpc::Status SendOrderConfirmation(grpc::ServerContext*, const pb::SendOrderConfirmationRequest*, pb::Empty*) override {
    ++calls;
    if (refusals-- > 0) return {grpc::StatusCode::CANCELLED, "CANCELLED"};
    return grpc::Status::OK;
  }
  std::atomic<int> calls{0};
  std::atomic<int> refusals{0};
};

TEST_CASE("what a stopping server refused unseen is asked again, whatever the method, at no cost to the budget", "[client]") {
  StoppingEmail email;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&email);
  const auto server = builder.BuildAndStart();
  Loop loop;
  loop.Start();
  {
    telemetry::Metrics metrics;
    Client<pb::EmailService> client(Connect(absl::StrCat("127.0.0.1:", port)), metrics);
    const auto send = [&](std::chrono::nanoseconds budget = 20s) {
      const CallContext call = Begin(loop, budget);
      return testing::RunOn(loop, client.Call<&pb::EmailService::Stub::AsyncSendOrderConfirmation>(
                                      call, pb::SendOrderConfirmationRequest()))
          .status();
    };
    for (int i = 0; i < 20; ++i) {
      email.refusals = 2;
      CHECK(send().ok());
    }
    CHECK(email.calls == 60);
    email.refusals = 1000;
    email.calls = 0;
    CHECK(send() == absl::UnavailableError("the peer cancelled the call: CANCELLED"));
    CHECK(email.calls == 5);
  }
  loop.Stop();
  server->Shutdown();
}

TEST_CASE_METHOD(Peers, "the budget bounds the attempts while a peer stays away", "[client]") {
  failures = 1000;
  for (int i = 0; i < 20; ++i) CHECK_FALSE(GetAds().ok());
  CHECK(ads.calls == 3 + 2 + 18);
  failures = 0;
  for (int i = 0; i < 100; ++i) CHECK(GetAds().ok());
  failures = 2;
  ads.calls = 0;
  CHECK(GetAds().ok());
  CHECK(ads.calls == 3);
}

TEST_CASE_METHOD(Peers, "no attempt is made for which no time is left", "[client]") {
  failures = 1000;
  const auto start = std::chrono::steady_clock::now();
  CHECK_FALSE(GetAds(9ms).ok());  // the shortest pause is 10 ms
  CHECK(ads.calls <= 1);
  CHECK(std::chrono::steady_clock::now() - start < 10s);
}

TEST_CASE("a client without a peer says so at once", "[client]") {
  Loop loop;
  loop.Start();
  Client<pb::AdService> nobody;
  CHECK_FALSE(nobody.IsConnected());
  const CallContext call = Begin(loop, 20s);
  const auto reply = testing::RunOn(loop, nobody.Call<&pb::AdService::Stub::AsyncGetAds>(call, pb::AdRequest()));
  CHECK(reply.status() == absl::UnavailableError("no address is set for this service"));
  loop.Stop();
}

TEST_CASE("a peer that is away is UNAVAILABLE, and found when it comes back", "[client]") {
  Loop loop;
  loop.Start();
  telemetry::Metrics metrics;
  FakeAds ads;
  ads.answer = [](const CallContext&, const pb::AdRequest&) -> Reply<pb::AdResponse> { co_return pb::AdResponse(); };
  int port = 0;
  {
    Server first({}, metrics);
    ads.RegisterWith(first);
    const auto bound = first.Start("127.0.0.1:0");
    REQUIRE_OK(bound);
    port = *bound;
  }
  {
    Client<pb::AdService> client(Connect(absl::StrCat("127.0.0.1:", port)), metrics);
    CHECK(client.IsConnected());
    const auto get = [&] {
      const CallContext call = Begin(loop, 20s);
      return testing::RunOn(loop, client.Call<&pb::AdService::Stub::AsyncGetAds>(call, pb::AdRequest())).status();
    };
    CHECK_CODE(get(), kUnavailable);
    Server second({}, metrics);
    ads.RegisterWith(second);
    REQUIRE_OK(second.Start(absl::StrCat("127.0.0.1:", port)));
    CHECK(testing::Eventually([&] { return get().ok(); }));
  }
  loop.Stop();
}

// Two hundred calls at once from each of twenty requests, half of them side by side.
TEST_CASE("a request may call two hundred times at once", "[client]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  Chain chain(by);
  chain.ads.answer = [](const CallContext&, const pb::AdRequest& request) -> Reply<pb::AdResponse> {
    pb::AdResponse response;
    response.add_ads()->set_text(request.context_keys(0));
    co_return response;
  };
  chain.recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    std::vector<Reply<pb::AdResponse>> calls;
    for (int i = 0; i < 200; ++i) {
      pb::AdRequest request;
      request.add_context_keys(std::to_string(i));
      calls.push_back(chain.ad_client.Call<&pb::AdService::Stub::AsyncGetAds>(call, std::move(request)));
    }
    const auto replies = co_await coro::WhenAll(std::move(calls));
    pb::ListRecommendationsResponse response;
    for (const auto& reply : replies) response.add_product_ids(reply.ok() ? reply->ads(0).text() : "");
    co_return response;
  };
  const auto ask = [&] {
    for (int i = 0; i < 10; ++i) {
      const auto reply = chain.Recommend();
      if (!reply.ok() || reply->product_ids_size() != 200) return false;
      for (int k = 0; k < 200; ++k) {
        if (reply->product_ids(k) != std::to_string(k)) return false;
      }
    }
    return true;
  };
  bool other = false;
  std::thread thread([&] { other = ask(); });
  CHECK(ask());
  thread.join();
  CHECK(other);
}

}  // namespace
}  // namespace boutique::rpc
