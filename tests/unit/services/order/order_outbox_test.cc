// SPDX-License-Identifier: Apache-2.0
// The outbox and its relay: order and event are kept together, and each event is delivered at least once.
#include "services/order/order_outbox.h"

#include <libpq-fe.h>

#include <memory>
#include <set>

#include "hipstershop/order_event.pb.h"
#include "sample_order.h"
#include "services/order/event_sink.h"
#include "services/order/order_relay.h"
#include "services/order/order_schema.h"
#include "services/order/sql_order_store.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/on_loop.h"
#include "support/store_engines.h"

namespace boutique::order {
namespace {

using testing::RunOn;

// Keeps what it gets, and fails as it is told.
class FakeSink final : public EventSink {
 public:
  bool IsReady() const override { return true; }
  coro::Task<std::vector<absl::Status>> Deliver(const rpc::CallContext&,
                                                const std::vector<OrderOutbox::Event>& events) override {
    std::vector<absl::Status> results;
    for (const OrderOutbox::Event& event : events) {
      got.push_back(event);
      results.push_back(failing.count(event.id) > 0 ? absl::UnavailableError("not now") : absl::OkStatus());
    }
    co_return results;
  }
  std::vector<OrderOutbox::Event> got;
  std::set<std::string> failing;
};

// A connection beside the store's.
class Session {
 public:
  explicit Session(const std::string& url) : connection_(PQconnectdb(url.c_str()), PQfinish) {}
  void Do(const char* statement) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection_.get(), statement), PQclear);
    REQUIRE(PQresultStatus(result.get()) == PGRES_COMMAND_OK);
  }

 private:
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection_;
};

template <typename Engine>
struct Outbox : testing::LoopCall {
  // An order that comes to its end.
  std::string End(pb::OrderState state) {
    const pb::Order order = SampleOrder("ann", "key-of-order-" + std::to_string(1000 + ++orders));
    REQUIRE_OK(Get(store.Create(call, order)));
    REQUIRE_OK(Change(order.order_id(), state));
    return order.order_id();
  }
  absl::StatusOr<pb::Order> Change(const std::string& id, pb::OrderState state) {
    const OrderStore::Change change = [state](pb::Order* order) {
      order->set_state(state);
      order->set_updated_at_ms(1234);
      return absl::OkStatus();
    };
    return Get(store.Apply(call, id, change));
  }
  absl::StatusOr<std::vector<OrderOutbox::Event>> Take(int most, std::int64_t now_ms) {
    return Get(outbox.Take(call, most, now_ms, now_ms + 1000));
  }
  absl::StatusOr<int> Relay() { return RunOn(loop, relay.RelaySome(call)); }
  std::int64_t Waiting() { return Get(outbox.Measure(call))->events; }

  Engine engine;
  std::unique_ptr<sql::Database> database = engine.Open(OrderSchema());
  SqlOrderStore store{*database};
  OrderOutbox outbox{*database};
  FakeSink sink;
  telemetry::Metrics metrics;
  OrderRelay relay{outbox, sink, metrics, {.pauses = {.first = std::chrono::milliseconds(0), .longest = std::chrono::milliseconds(0)}}};
  int orders = 0;
};

TEMPLATE_TEST_CASE_METHOD(Outbox, "an order's end and its event are kept together", "[order]", STORE_ENGINES) {
  const std::string confirmed = this->End(pb::CONFIRMED);
  const std::string cancelled = this->End(pb::CANCELLED);
  this->End(pb::CHARGED);  // which is no end
  const auto taken = this->Take(10, 1);
  REQUIRE_OK(taken);
  REQUIRE(taken->size() == 2);
  CHECK((*taken)[0].id == confirmed + ".order.confirmed");
  CHECK((*taken)[1].id == cancelled + ".order.cancelled");
  pb::OrderEvent event;
  REQUIRE(event.ParseFromString((*taken)[0].message));
  CHECK(event.event_id() == confirmed + ".order.confirmed");
  CHECK(event.type() == "order.confirmed");
  CHECK(event.order().order_id() == confirmed);
  CHECK(event.order().email() == "ann@example.com");
  CHECK(event.occurred_at_ms() == 1234);
}

TEMPLATE_TEST_CASE_METHOD(Outbox, "a step that is refused or repeated announces nothing", "[order]", STORE_ENGINES) {
  const std::string id = this->End(pb::CONFIRMED);
  REQUIRE_OK(this->Change(id, pb::CONFIRMED));
  const OrderStore::Change refused = [](pb::Order* order) {
    order->set_state(pb::CANCELLED);
    return absl::AbortedError("no");
  };
  CHECK_CODE(this->Get(this->store.Apply(this->call, id, refused)), kAborted);
  CHECK(this->Waiting() == 1);
}

TEMPLATE_TEST_CASE_METHOD(Outbox, "an event is one relay's until its lease is over", "[order]", STORE_ENGINES) {
  this->End(pb::CONFIRMED);
  this->End(pb::CONFIRMED);
  CHECK(this->Take(1, 1)->size() == 1);
  CHECK(this->Take(10, 1)->size() == 1);
  CHECK(this->Take(10, 1000)->empty());
  CHECK(this->Take(10, 1001)->size() == 2);
}

TEMPLATE_TEST_CASE_METHOD(Outbox, "an event is found by its id, whatever the order's is", "[order]", STORE_ENGINES) {
  const std::string odd = "\"order\\ of \x01 \xc3\xa9t\xc3\xa9, {}:0,\n";
  pb::Order order = SampleOrder();
  order.set_order_id(odd);
  REQUIRE_OK(this->Get(this->store.Create(this->call, order)));
  REQUIRE_OK(this->Change(odd, pb::CONFIRMED));
  this->End(pb::CONFIRMED);
  CHECK(this->Take(1, 1)->size() == 1);
  CHECK(this->Take(10, 1)->size() == 1);
  CHECK(*this->Get(this->outbox.GiveBack(this->call, {odd + ".order.confirmed"}, 1, {})) == 1);
  CHECK(*this->Get(this->outbox.MarkPublished(this->call, {odd + ".order.confirmed", "none"}, 1)) == 1);
  CHECK(this->Waiting() == 1);
}

TEMPLATE_TEST_CASE_METHOD(Outbox, "an event that fails is tried less and less often, and holds up no other", "[order]",
                          STORE_ENGINES) {
  const std::string stubborn = this->End(pb::CONFIRMED) + ".order.confirmed";
  const OrderOutbox::Pauses pauses{std::chrono::milliseconds(1000), std::chrono::milliseconds(5000)};
  std::int64_t now = 1'000'000'000'000;
  for (const std::int64_t pause : {1000, 2000, 4000, 5000, 5000}) {
    CAPTURE(pause);
    const auto taken = this->Take(1, now);
    REQUIRE_OK(taken);
    REQUIRE(taken->size() == 1);
    CHECK(*this->Get(this->outbox.GiveBack(this->call, {stubborn}, now, pauses)) == 1);
    CHECK(this->Take(1, now + pause - 1)->empty());
    now += pause;
  }
  // It is due, and so is a new one: only that is taken where there is room for one.
  const std::string fresh = this->End(pb::CONFIRMED) + ".order.confirmed";
  const auto first = this->Take(1, now);
  REQUIRE_OK(first);
  REQUIRE(first->size() == 1);
  CHECK((*first)[0].id == fresh);
  CHECK(this->Take(1, now)->size() == 1);
}

TEMPLATE_TEST_CASE_METHOD(Outbox, "what is delivered is not delivered again, what failed is", "[order]", STORE_ENGINES) {
  const std::string first = this->End(pb::CONFIRMED);
  this->End(pb::CONFIRMED);
  this->sink.failing = {first + ".order.confirmed"};
  CHECK(*this->Relay() == 1);
  CHECK(this->Waiting() == 1);
  CHECK_CODE(this->Relay(), kUnavailable);
  this->sink.failing.clear();
  const auto again = this->Relay();
  REQUIRE_OK(again);
  CHECK(*again == 1);
  CHECK(this->sink.got.size() == 4);
  CHECK(this->sink.got[3].id == first + ".order.confirmed");
  CHECK(*this->Relay() == 0);
  CHECK(this->Waiting() == 0);
}

TEST_CASE_METHOD(Outbox<testing::Postgres>, "an event that is committed late is delivered all the same", "[order]") {
  // Two transactions: the one that began first, and has the lower number, is committed last.
  Session slow(engine.url);
  slow.Do("BEGIN; SET search_path TO orders; INSERT INTO order_events (event_id, type, occurred_at_ms, taken_until_ms, "
          "message) VALUES ('slow', 'order.confirmed', 1, 0, '')");
  const std::string fast = End(pb::CONFIRMED);
  CHECK(*Relay() == 1);
  CHECK(sink.got.back().id == fast + ".order.confirmed");
  CHECK(*Relay() == 0);
  slow.Do("COMMIT");
  CHECK(*Relay() == 1);
  CHECK(sink.got.back().id == "slow");
}

}  // namespace
}  // namespace boutique::order
