// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "chain.h"
#include "gate.h"
#include "platform/rpc/sleep.h"

namespace boutique::rpc {
namespace {

using std::chrono::milliseconds;

// gRPC rounds a timeout up, and a busy machine may be slow: what is told of deadlines holds within this.
constexpr milliseconds kSlack = 1000ms;

milliseconds LeftOf(const CallContext& call) { return std::chrono::duration_cast<milliseconds>(call.Left()); }

// The deadlines that the handlers of a chain see, in milliseconds from the moment they begin.
struct Seen {
  explicit Seen(Chain& chain) {
    chain.recommendations.answer = [this, &chain](const CallContext& call, const pb::ListRecommendationsRequest&) {
      front = LeftOf(call);
      return chain.HandOn(call);
    };
    chain.ads.answer = [this](const CallContext& call, const pb::AdRequest&) -> Reply<pb::AdResponse> {
      back = LeftOf(call);
      co_return pb::AdResponse();
    };
  }
  milliseconds front{-1};
  milliseconds back{-1};
};

TEST_CASE("a deadline reaches the handlers of every call below", "[deadline]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  Chain chain(by);
  Seen seen(chain);
  REQUIRE_OK(chain.Recommend(5s));
  CHECK(seen.front > 5000ms - kSlack);
  CHECK(seen.front <= 5000ms + kSlack);
  CHECK(seen.back > 5000ms - kSlack);
  CHECK(seen.back <= 5000ms + kSlack);
}

TEST_CASE("a call without a deadline gets the default one, and hands it on", "[deadline]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  ServerOptions options;
  options.default_deadline = 5s;
  Chain chain(by, options);
  Seen seen(chain);
  grpc::ClientContext context;
  REQUIRE_OK(chain.Recommend(context));
  CHECK(seen.front > 5000ms - kSlack);
  CHECK(seen.front <= 5000ms);
  CHECK(seen.back > 5000ms - kSlack);
  CHECK(seen.back <= 5000ms + kSlack);
}

TEST_CASE("no caller gets more than the longest deadline", "[deadline]") {
  ServerOptions options;
  options.longest_deadline = 5s;
  Chain chain(By::kSocket, options);
  Seen seen(chain);
  REQUIRE_OK(chain.Recommend(1h));
  CHECK(seen.front > 5000ms - kSlack);
  CHECK(seen.front <= 5000ms);
}

TEST_CASE("work whose deadline has passed is refused before it begins", "[deadline]") {
  ServerOptions options;
  options.longest_deadline = 0s;
  Chain chain(By::kSocket, options);
  bool began = false;
  chain.recommendations.answer = [&](const CallContext&, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    began = true;
    co_return pb::ListRecommendationsResponse();
  };
  const auto reply = chain.Recommend();
  CHECK(reply.status() == absl::DeadlineExceededError("the deadline has passed"));
  CHECK_FALSE(began);
}

TEST_CASE("a handler that takes longer than the deadline is told to stop", "[deadline]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  Chain chain(by);
  std::atomic<int> stopped{0};
  chain.ads.answer = [&](const CallContext& call, const pb::AdRequest&) -> Reply<pb::AdResponse> {
    const bool elapsed = co_await Sleep(call, 1h);
    if (!elapsed) ++stopped;
    co_return absl::CancelledError("stopped");
  };
  CHECK_CODE(chain.Recommend(60ms), kDeadlineExceeded);
  CHECK(testing::Eventually([&] { return stopped == 1; }));
}

TEST_CASE("a part of a request may have less time than the whole", "[deadline]") {
  Chain chain;
  chain.ads.answer = [](const CallContext& call, const pb::AdRequest&) -> Reply<pb::AdResponse> {
    const bool elapsed = co_await Sleep(call, 1h);
    co_return absl::InternalError(elapsed ? "slept" : "stopped");
  };
  chain.recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    const CallContext within = call.Within(30ms);
    const auto ads = co_await chain.ad_client.Call<&pb::AdService::Stub::AsyncGetAds>(within, pb::AdRequest());
    pb::ListRecommendationsResponse response;
    response.add_product_ids(ads.status().ToString());
    co_return response;
  };
  const auto reply = chain.Recommend();
  REQUIRE_OK(reply);
  CHECK(reply->product_ids(0).rfind("DEADLINE_EXCEEDED", 0) == 0);
}

TEST_CASE("an onward call after the deadline is not made", "[deadline]") {
  Chain chain;
  chain.recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    const CallContext late = call.Within(-1s);
    const auto ads = co_await chain.ad_client.Call<&pb::AdService::Stub::AsyncGetAds>(late, pb::AdRequest());
    co_return ads.status();
  };
  CHECK_CODE(chain.Recommend(), kDeadlineExceeded);
  CHECK(chain.ads.calls == 0);
}

}  // namespace
}  // namespace boutique::rpc
