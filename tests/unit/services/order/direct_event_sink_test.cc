// SPDX-License-Identifier: Apache-2.0
#include "services/order/direct_event_sink.h"

#include <map>
#include <set>

#include "events/order_queues.h"
#include "platform/rpc/sleep.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/on_loop.h"

namespace boutique::order {
namespace {

// A listener that answers as it is told, and keeps what it was given.
struct Listener {
  std::map<std::string, absl::Status> answers;  // by event
  std::multiset<std::string> got;

  coro::Task<absl::Status> Take(const rpc::CallContext&, const amqp::Delivery& delivery) {
    got.insert(delivery.routing_key + " " + delivery.id + " " + delivery.body);
    const auto answer = answers.find(delivery.id);
    co_return answer == answers.end() ? absl::OkStatus() : answer->second;
  }
};

struct Desk : testing::LoopCall {
  Desk() {
    for (Listener* listener : {&email, &shipping}) {
      local.Add(listener == &email ? events::kConfirmationQueue : events::kPickingQueue,
                [listener](const rpc::CallContext& call, const amqp::Delivery& delivery) {
                  return listener->Take(call, delivery);
                });
    }
  }
  std::vector<absl::Status> Deliver(const std::vector<OrderOutbox::Event>& events) {
    return testing::RunOn(loop, sink.Deliver(call, events));
  }

  Listener email, shipping;
  events::LocalOrderEvents local;
  rpc::Client<pb::EmailService> unconnected;
  DirectEventSink sink{local, unconnected};
};

coro::Task<absl::Status> Hang(const rpc::CallContext& call) {
  co_await rpc::Sleep(call, call.Left());
  co_return absl::DeadlineExceededError("the mail server does not answer");
}
coro::Task<absl::Status> Done() { co_return absl::OkStatus(); }

std::vector<OrderOutbox::Event> Events(int count) {
  std::vector<OrderOutbox::Event> events;
  for (int i = 0; i < count; ++i) events.push_back({"e" + std::to_string(i), events::kConfirmed, "m"});
  return events;
}

TEST_CASE_METHOD(Desk, "every listener gets every event as it is on record", "[order]") {
  const auto results = Deliver(Events(100));
  REQUIRE(results.size() == 100);
  for (const absl::Status& result : results) CHECK(result.ok());
  CHECK(email.got.size() == 100);
  CHECK(email.got == shipping.got);
  CHECK(email.got.count("order.confirmed e57 m") == 1);
}

TEST_CASE_METHOD(Desk, "an event that one listener cannot take now is to be delivered again, the others are not", "[order]") {
  email.answers["e1"] = absl::UnavailableError("the mail server is away");
  const auto results = Deliver(Events(3));
  REQUIRE(results.size() == 3);
  CHECK(results[0].ok());
  CHECK_CODE(results[1], kUnavailable);
  CHECK(results[2].ok());
  CHECK(shipping.got.size() == 3);  // whatever becomes of the mail, the parcel is packed
}

TEST_CASE_METHOD(Desk, "a mail server that does not answer holds up no parcel", "[order]") {
  events::LocalOrderEvents hanging;
  hanging.Add(events::kConfirmationQueue, [](const rpc::CallContext& call, const amqp::Delivery&) { return Hang(call); });
  bool packed_in_time = false;
  hanging.Add(events::kPickingQueue, [&](const rpc::CallContext& call, const amqp::Delivery&) {
    packed_in_time = call.Alive().ok();
    return Done();
  });
  DirectEventSink impatient(hanging, unconnected);
  const rpc::CallContext brief = rpc::Begin(loop, std::chrono::milliseconds(50));
  const auto results = testing::RunOn(loop, impatient.Deliver(brief, Events(1)));
  REQUIRE(results.size() == 1);
  CHECK_CODE(results[0], kDeadlineExceeded);
  CHECK(packed_in_time);
}

TEST_CASE_METHOD(Desk, "an event that is refused for good counts as delivered", "[order]") {
  email.answers["e0"] = absl::InvalidArgumentError("email: is none");
  email.answers["e1"] = absl::FailedPreconditionError("the mail server refuses this buyer");
  for (const absl::Status& result : Deliver(Events(2))) CHECK(result.ok());
}

TEST_CASE_METHOD(Desk, "of two failures the event's own refusal does not hide the other", "[order]") {
  email.answers["e0"] = absl::InvalidArgumentError("email: is none");
  shipping.answers["e0"] = absl::UnavailableError("the database is away");
  CHECK_CODE(Deliver(Events(1))[0], kUnavailable);
}

}  // namespace
}  // namespace boutique::order
