// SPDX-License-Identifier: Apache-2.0
// Two servers, one behind the other: recommendations, which call ads and e-mail behind them. What each handler does is
// laid out by the test; by default ads answer one ad and recommendations hand on what the ads said.
// Threads: handlers run on the servers' loops; what a test reads of them is atomic, or read when no call runs.
#pragma once

#include <grpcpp/client_context.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "hipstershop/ad.grpc.pb.h"
#include "hipstershop/email.grpc.pb.h"
#include "hipstershop/recommendation.grpc.pb.h"
#include "platform/rpc/client.h"
#include "platform/rpc/server.h"
#include "platform/telemetry/metrics.h"
#include "support/catch.h"

namespace boutique::rpc {

namespace pb = ::hipstershop;
using namespace std::chrono_literals;

struct FakeAds {
  std::function<Reply<pb::AdResponse>(const CallContext&, const pb::AdRequest&)> answer;
  std::atomic<int> calls{0};

  Reply<pb::AdResponse> GetAds(const CallContext& call, const pb::AdRequest& request) {
    ++calls;
    return answer(call, request);
  }
  void RegisterWith(Server& server) {
    server.Add<pb::AdService>(*this, Method<&pb::AdService::AsyncService::RequestGetAds, &FakeAds::GetAds>{});
  }
};

struct FakeEmail {
  std::function<Reply<pb::Empty>(const CallContext&, const pb::SendOrderConfirmationRequest&)> answer;
  std::atomic<int> calls{0};

  Reply<pb::Empty> SendOrderConfirmation(const CallContext& call, const pb::SendOrderConfirmationRequest& request) {
    ++calls;
    return answer(call, request);
  }
  void RegisterWith(Server& server) {
    using Async = pb::EmailService::AsyncService;
    server.Add<pb::EmailService>(
        *this, Method<&Async::RequestSendOrderConfirmation, &FakeEmail::SendOrderConfirmation>{});
  }
};

struct FakeRecommendations {
  using Response = pb::ListRecommendationsResponse;
  std::function<Reply<Response>(const CallContext&, const pb::ListRecommendationsRequest&)> answer;

  Reply<pb::ListRecommendationsResponse> ListRecommendations(const CallContext& call,
                                                             const pb::ListRecommendationsRequest& request) {
    return answer(call, request);
  }
  void RegisterWith(Server& server) {
    server.Add<pb::RecommendationService>(
        *this, Method<&pb::RecommendationService::AsyncService::RequestListRecommendations,
                      &FakeRecommendations::ListRecommendations>{});
  }
};

// How the servers are reached.
enum class By { kSocket, kInProcess };

class Chain {
 public:
  explicit Chain(By by = By::kInProcess, ServerOptions options = {}, telemetry::SpanSink* spans = nullptr)
      : by_(by), back(With(options, spans), metrics), front(With(options, spans), metrics) {
    ads.answer = [](const CallContext&, const pb::AdRequest&) -> Reply<pb::AdResponse> {
      pb::AdResponse response;
      response.add_ads()->set_text("buy a mug");
      co_return response;
    };
    email.answer = [](const CallContext&, const pb::SendOrderConfirmationRequest&) -> Reply<pb::Empty> {
      co_return pb::Empty();
    };
    recommendations.answer = [this](const CallContext& call,
                                    const pb::ListRecommendationsRequest&) -> Reply<pb::ListRecommendationsResponse> {
      return HandOn(call);
    };
    ads.RegisterWith(back);
    email.RegisterWith(back);
    recommendations.RegisterWith(front);
    Start(back, [this, spans](std::shared_ptr<grpc::Channel> channel) {
      ad_client.Connect(channel, metrics, spans);
      email_client.Connect(channel, metrics, spans);
      back_channel = channel;
    });
    Start(front, [this](std::shared_ptr<grpc::Channel> channel) { front_channel = std::move(channel); });
    stub = pb::RecommendationService::NewStub(front_channel);
  }

  // Calls the ads, and recommends each one's text.
  Reply<pb::ListRecommendationsResponse> HandOn(const CallContext& call) {
    pb::AdRequest request;
    const auto ads_said = co_await OrReturn(
        co_await ad_client.Call<&pb::AdService::Stub::AsyncGetAds>(call, std::move(request)));
    pb::ListRecommendationsResponse response;
    for (const auto& ad : ads_said.ads()) response.add_product_ids(ad.text());
    co_return response;
  }

  // A call from outside.
  absl::StatusOr<pb::ListRecommendationsResponse> Recommend(grpc::ClientContext& context) {
    pb::ListRecommendationsResponse response;
    const grpc::Status status = stub->ListRecommendations(&context, {}, &response);
    if (!status.ok()) return FromGrpc(status);
    return response;
  }
  absl::StatusOr<pb::ListRecommendationsResponse> Recommend(std::chrono::nanoseconds budget = 20s) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::duration_cast<std::chrono::system_clock::duration>(budget));
    return Recommend(context);
  }

 private:
  By by_;

 public:
  telemetry::Metrics metrics;
  FakeAds ads;
  FakeEmail email;
  FakeRecommendations recommendations;
  Client<pb::AdService> ad_client;
  Client<pb::EmailService> email_client;
  Server back;
  Server front;
  std::shared_ptr<grpc::Channel> back_channel;
  std::shared_ptr<grpc::Channel> front_channel;
  std::unique_ptr<pb::RecommendationService::Stub> stub;

 private:
  static ServerOptions With(ServerOptions options, telemetry::SpanSink* spans) {
    options.spans = spans;
    return options;
  }
  template <typename Take>
  void Start(Server& server, Take take) {
    if (by_ == By::kInProcess) {
      REQUIRE_OK(server.Start({}, [&] { take(server.InProcessChannel()); }));
    } else {
      const auto port = server.Start("127.0.0.1:0");
      REQUIRE_OK(port);
      take(Connect(absl::StrCat("127.0.0.1:", *port)));
    }
  }
};

}  // namespace boutique::rpc
