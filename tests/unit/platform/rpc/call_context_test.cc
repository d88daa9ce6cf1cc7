// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/call_context.h"

#include "support/catch.h"

namespace boutique::rpc {
namespace {

using namespace std::chrono_literals;

CallContext Open(std::chrono::nanoseconds budget) {
  CallContext call;
  call.deadline = std::chrono::system_clock::now() + budget;
  call.trace.baggage = "synthetic=true";
  return call;
}

TEST_CASE("a request lives until its deadline", "[call_context]") {
  CHECK(Open(1h).Alive().ok());
  CHECK(Open(1h).Left() > 59min);
  CHECK(Open(1h).Left() <= 1h);
  CHECK(Open(-1ms).Alive() == absl::DeadlineExceededError("the deadline has passed"));
  CHECK(Open(-1s).Left() < 0s);
}

TEST_CASE("a request lives until its caller goes", "[call_context]") {
  std::stop_source caller;
  CallContext call = Open(1h);
  call.cancelled = caller.get_token();
  CHECK(call.Alive().ok());
  caller.request_stop();
  CHECK(call.Alive() == absl::CancelledError("the caller has gone"));
  call.deadline = {};
  CHECK_CODE(call.Alive(), kCancelled);
}

TEST_CASE("a part never gets more time than the whole", "[call_context]") {
  const CallContext call = Open(1h);
  CHECK(call.Within(1min).Left() <= 1min);
  CHECK(call.Within(1min).Left() > 50s);
  CHECK(call.Within(2h).deadline == call.deadline);
  CHECK_FALSE(call.Within(-1s).Alive().ok());
}

TEST_CASE("what is detached keeps the trace, not the caller nor the deadline", "[call_context]") {
  std::stop_source caller;
  CallContext call = Open(-1s);
  call.cancelled = caller.get_token();
  caller.request_stop();
  const CallContext own = call.Detached(1h);
  CHECK(own.Alive().ok());
  CHECK(own.Left() > 59min);
  CHECK_FALSE(own.cancelled.stop_possible());
  CHECK(own.trace.baggage == "synthetic=true");
}

TEST_CASE("work of the process's own begins without a trace, on its loop", "[call_context]") {
  Loop loop;
  std::stop_source stop;
  const CallContext call = Begin(loop, 1min, stop.get_token());
  CHECK(call.loop == &loop);
  CHECK_FALSE(call.trace.IsSet());
  CHECK(call.Alive().ok());
  stop.request_stop();
  CHECK_CODE(call.Alive(), kCancelled);
}

}  // namespace
}  // namespace boutique::rpc
