// SPDX-License-Identifier: Apache-2.0
#include "streams.h"

#include <string>
#include <thread>
#include <vector>

#include "support/eventually.h"

namespace boutique::rpc {
namespace {

TEST_CASE("a stream's messages come in their order, and its end with its status", "[stream]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  Streams streams(by);
  streams.Serve(200);
  std::vector<int> seen;
  const auto note = [&seen](const Answer& answer) {
    seen.push_back(answer.status());
    return true;
  };
  CHECK(streams.Watch(note).ok());
  REQUIRE(seen.size() == 200);
  for (int i = 0; i < 200; ++i) CHECK(seen[static_cast<std::size_t>(i)] == i % 4);

  streams.Serve(3, absl::NotFoundError("nobody knows it"));
  seen.clear();
  CHECK(streams.Watch(note) == absl::NotFoundError("nobody knows it"));
  CHECK(seen.size() == 3);
  const auto counted = streams.Counted();
  CHECK(counted["grpc_client_started_total{" + kWatch] == 2);
  CHECK(counted[R"(grpc_client_handled_total{grpc_code="OK",)" + kWatch] == 1);
  CHECK(counted[R"(grpc_client_handled_total{grpc_code="NotFound",)" + kWatch] == 1);
  CHECK(counted["grpc_client_handling_seconds_count{" + kWatch] == 2);
}

TEST_CASE("who wants no more messages ends the call, and the peer hears of it", "[stream]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  Streams streams(by);
  streams.ServeForEver();
  const auto one_is_enough = [](const Answer&) { return false; };
  CHECK(streams.Watch(one_is_enough).ok());
  CHECK(testing::Eventually([&] { return streams.stopped == 1; }));
  // Messages that are on their way do not hold the end up.
  streams.Serve(100'000);
  CHECK(streams.Watch(one_is_enough).ok());
}

TEST_CASE_METHOD(Streams, "a message may be handled by a coroutine, and the next one waits for it", "[stream]") {
  Serve(5);
  int at_once = 0;
  int handled = 0;
  const CallContext call = Begin(loop, 20s);
  const auto slowly = [&](const Answer&) -> coro::Task<bool> {
    CHECK(++at_once == 1);
    co_await Sleep(call, 1ms);
    --at_once;
    co_return ++handled < 4;
  };
  CHECK(Watch(call, slowly).ok());
  CHECK(handled == 4);
}

TEST_CASE("a stream ends when its request is cancelled or its time is up", "[stream]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  Streams streams(by);
  streams.ServeForEver();
  std::stop_source hang_up;
  const CallContext call = Begin(streams.loop, 20s, hang_up.get_token());
  const auto cancelled = streams.Watch(call, [&](const Answer&) {
    streams.loop.Post([&hang_up] { hang_up.request_stop(); });
    return true;
  });
  CHECK_CODE(cancelled, kCancelled);
  CHECK(testing::Eventually([&] { return streams.stopped == 1; }));
  // One that was cancelled before it began.
  CHECK_CODE(streams.Watch(call, [](const Answer&) { return true; }), kCancelled);

  const CallContext brief = Begin(streams.loop, 50ms);
  CHECK_CODE(streams.Watch(brief, [](const Answer&) { return true; }), kDeadlineExceeded);
}

TEST_CASE("a stream has no deadline but its caller's", "[stream]") {
  Streams streams(By::kSocket);
  streams.service.watch = [](const CallContext& call, Writer& writer) -> coro::Task<absl::Status> {
    Answer answer;
    const bool is_endless = call.deadline == std::chrono::system_clock::time_point::max();
    answer.set_status(is_endless ? Answer::SERVING : Answer::NOT_SERVING);
    co_await writer.Write(answer);
    co_return absl::OkStatus();
  };
  CallContext endless = Begin(streams.loop, 1s);
  endless.deadline = std::chrono::system_clock::time_point::max();
  int status = 0;
  const auto note = [&status](const Answer& answer) {
    status = answer.status();
    return true;
  };
  CHECK(streams.Watch(endless, note).ok());
  CHECK(status == Answer::SERVING);
}

TEST_CASE("a stream of a server that stops is UNAVAILABLE, as is one of nobody", "[stream]") {
  Streams streams(By::kSocket);
  streams.ServeForEver();
  std::thread stopping;
  const auto stop_the_server = [&](const Answer&) {
    stopping = std::thread([&] { streams.server.Shutdown(20s); });
    return true;
  };
  const auto start = std::chrono::steady_clock::now();
  CHECK_CODE(streams.Watch(stop_the_server), kUnavailable);
  stopping.join();
  CHECK(std::chrono::steady_clock::now() - start < 10s);
  CHECK_CODE(streams.Watch([](const Answer&) { return true; }), kUnavailable);

  Client<health::Health> nobody;
  const CallContext call = Begin(streams.loop, 1s);
  const auto ignore = [](const Answer&) { return true; };
  auto watched = nobody.Stream<&health::Health::Stub::AsyncWatch>(call, health::HealthCheckRequest(), ignore);
  CHECK(testing::RunOn(streams.loop, std::move(watched)) ==
        absl::UnavailableError("no address is set for this service"));
}

}  // namespace
}  // namespace boutique::rpc
