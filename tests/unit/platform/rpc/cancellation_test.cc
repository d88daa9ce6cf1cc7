// SPDX-License-Identifier: Apache-2.0
#include <future>
#include <thread>

#include "chain.h"
#include "gate.h"
#include "platform/rpc/sleep.h"

namespace boutique::rpc {
namespace {

// A call from outside that the test can hang up.
struct Caller {
  explicit Caller(Chain& chain)
      : reply(std::async(std::launch::async, [this, &chain] { return chain.Recommend(context); })) {}
  grpc::ClientContext context;
  std::future<absl::StatusOr<pb::ListRecommendationsResponse>> reply;
};

TEST_CASE("hanging up reaches the handlers of every call below", "[cancellation]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  Chain chain(by);
  std::atomic<int> begun{0};
  std::atomic<int> ads_stopped{0};
  std::atomic<int> call_stopped{0};
  chain.ads.answer = [&](const CallContext& call, const pb::AdRequest&) -> Reply<pb::AdResponse> {
    ++begun;
    const bool elapsed = co_await Sleep(call, 1h);
    if (!elapsed && call.Alive() == absl::CancelledError("the caller has gone")) ++ads_stopped;
    co_return absl::CancelledError("stopped");
  };
  chain.recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    auto reply = co_await chain.HandOn(call);
    if (absl::IsCancelled(reply.status())) ++call_stopped;
    co_return reply;
  };
  Caller caller(chain);
  REQUIRE(testing::Eventually([&] { return begun == 1; }));
  caller.context.TryCancel();
  CHECK_CODE(caller.reply.get(), kCancelled);
  CHECK(testing::Eventually([&] { return ads_stopped == 1 && call_stopped == 1; }));
}

TEST_CASE("a call that begins after the caller has gone is cancelled at once", "[cancellation]") {
  Chain chain;
  Gate gate;
  std::atomic<int> gone{0};
  chain.recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    co_await gate.Pass(call);
    const bool slept = co_await Sleep(call, 1h);
    const bool slept_again = co_await Sleep(call, 1h);
    const auto reply = co_await chain.HandOn(call);
    if (!slept && !slept_again && absl::IsCancelled(reply.status())) ++gone;
    co_return absl::CancelledError("");
  };
  Caller caller(chain);
  REQUIRE(gate.Await(1));
  caller.context.TryCancel();
  CHECK_CODE(caller.reply.get(), kCancelled);
  gate.Open();
  CHECK(testing::Eventually([&] { return gone == 1; }));
}

TEST_CASE("what must run to its end once begun outlives the caller", "[cancellation]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  Chain chain(by);
  Gate gate;
  std::promise<std::stop_token> watched;
  std::atomic<int> sent{0};
  std::atomic<int> seen_gone{0};
  chain.email.answer = [&](const CallContext& call, const pb::SendOrderConfirmationRequest&) -> Reply<pb::Empty> {
    co_await gate.Pass(call);
    if (call.Alive().ok()) ++sent;
    co_return pb::Empty();
  };
  chain.recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    watched.set_value(call.cancelled);
    const CallContext detached = call.Detached(20s);
    const auto reply = co_await chain.email_client.Call<&pb::EmailService::Stub::AsyncSendOrderConfirmation>(
        detached, pb::SendOrderConfirmationRequest());
    if (reply.ok() && !call.Alive().ok()) ++seen_gone;
    co_return pb::ListRecommendationsResponse();
  };
  Caller caller(chain);
  REQUIRE(gate.Await(1));
  caller.context.TryCancel();
  CHECK_CODE(caller.reply.get(), kCancelled);
  const std::stop_token gone = watched.get_future().get();
  CHECK(testing::Eventually([&] { return gone.stop_requested(); }));
  gate.Open();
  CHECK(testing::Eventually([&] { return sent == 1; }));
  CHECK(testing::Eventually([&] { return seen_gone == 1; }));
}

TEST_CASE("a caller that goes between attempts ends the call", "[cancellation]") {
  Chain chain;
  std::atomic<int> ended{0};
  chain.ads.answer = [](const CallContext&, const pb::AdRequest&) -> Reply<pb::AdResponse> {
    co_return absl::UnavailableError("away");
  };
  chain.recommendations.answer = [&](const CallContext& call, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> {
    auto reply = co_await chain.HandOn(call);
    ++ended;
    co_return reply;
  };
  for (int i = 0; i < 20; ++i) {
    Caller caller(chain);
    const int before = chain.ads.calls;
    testing::Eventually([&] { return chain.ads.calls > before; });
    caller.context.TryCancel();
    CHECK_FALSE(caller.reply.get().ok());
    CHECK(testing::Eventually([&] { return ended == i + 1; }));
  }
}

}  // namespace
}  // namespace boutique::rpc
