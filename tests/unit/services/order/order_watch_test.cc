// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_watch.h"

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "platform/storage/sqlite/database.h"
#include "sample_order.h"
#include "services/order/order_schema.h"
#include "services/order/order_service.h"
#include "services/order/sql_order_store.h"
#include "support/catch.h"
#include "support/eventually.h"
#include "support/loop_call.h"
#include "support/on_loop.h"

namespace boutique::order {
namespace {

using namespace std::chrono_literals;

// The order service behind a server, and a second one of the same store, as another replica would be.
struct Shop : testing::LoopCall {
  Shop() {
    auto opened = sqlite::Database::Open(":memory:", OrderSchema().sqlite);
    REQUIRE_OK(opened);
    database = *std::move(opened);
    store = std::make_unique<SqlOrderStore>(*database);
    service = std::make_unique<OrderService>(*store, metrics);
    replica = std::make_unique<OrderService>(*store, metrics);
    service->RegisterWith(server);
    REQUIRE_OK(server.Start({}, [&] { stub = pb::OrderService::NewStub(server.InProcessChannel()); }));
    pb::CreateOrderRequest request;
    *request.mutable_order() = SampleOrder();
    const auto created = Get(service->CreateOrder(call, request));
    REQUIRE_OK(created);
    order = created->order();
  }
  ~Shop() { server.Shutdown(5s); }

  // The order's next step, recorded by one of the two.
  void Step(OrderService& by, pb::OrderState to) {
    pb::RecordStepRequest request;
    request.set_order_id(order.order_id());
    request.set_expected_state(order.state());
    request.set_expected_epoch(order.epoch());
    request.set_state(to);
    const auto stepped = Get(by.RecordStep(call, request));
    REQUIRE_OK(stepped);
    order = *stepped;
  }

  telemetry::Metrics metrics;
  std::unique_ptr<sqlite::Database> database;
  std::unique_ptr<SqlOrderStore> store;
  std::unique_ptr<OrderService> service;
  std::unique_ptr<OrderService> replica;
  rpc::Server server{{}, metrics};
  std::unique_ptr<pb::OrderService::Stub> stub;
  pb::Order order;
};

struct Follower {
  Follower(Shop& shop, const std::string& user, const std::string& order_id) {
    pb::WatchOrderRequest request;
    request.set_user_id(user);
    request.set_order_id(order_id);
    context.set_deadline(std::chrono::system_clock::now() + 20s);
    reader = shop.stub->WatchOrder(&context, request);
  }
  std::optional<pb::OrderState> Next() {
    pb::Order order;
    if (!reader->Read(&order)) return std::nullopt;
    return order.state();
  }
  absl::StatusCode End() { return rpc::FromGrpc(reader->Finish()).code(); }

  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReader<pb::Order>> reader;
};

TEST_CASE_METHOD(Shop, "an order is watched through all its states, and the stream ends with the last", "[order]") {
  Follower follower(*this, "ann", order.order_id());
  CHECK(follower.Next() == pb::PENDING);
  for (const auto state : {pb::CHARGING, pb::CHARGED, pb::SHIPPING, pb::SHIPPED, pb::CONFIRMED}) {
    Step(*service, state);
    CHECK(follower.Next() == state);
  }
  CHECK_FALSE(follower.Next().has_value());
  CHECK(follower.End() == absl::StatusCode::kOk);

  // One that is at its end is told once.
  Follower late(*this, "ann", order.order_id());
  CHECK(late.Next() == pb::CONFIRMED);
  CHECK_FALSE(late.Next().has_value());
  CHECK(late.End() == absl::StatusCode::kOk);
}

TEST_CASE_METHOD(Shop, "what another replica records is seen, too", "[order]") {
  Follower follower(*this, "ann", order.order_id());
  CHECK(follower.Next() == pb::PENDING);
  Step(*replica, pb::CHARGING);
  CHECK(follower.Next() == pb::CHARGING);
  Step(*replica, pb::CANCELLED);
  CHECK(follower.Next() == pb::CANCELLED);
  CHECK_FALSE(follower.Next().has_value());
  CHECK(follower.End() == absl::StatusCode::kOk);
}

TEST_CASE_METHOD(Shop, "nobody watches an order of somebody else's, or none", "[order]") {
  struct Refused {
    std::string user;
    std::string order_id;
    absl::StatusCode code;
  };
  const std::vector<Refused> refused = {
      {"bob", order.order_id(), absl::StatusCode::kNotFound}, {"ann", "no-such-order", absl::StatusCode::kNotFound},
      {"", order.order_id(), absl::StatusCode::kInvalidArgument}, {"ann", "", absl::StatusCode::kInvalidArgument},
      {"ann", std::string(65, 'x'), absl::StatusCode::kInvalidArgument}};
  for (const Refused& each : refused) {
    INFO(each.user << " " << each.order_id);
    Follower follower(*this, each.user, each.order_id);
    CHECK_FALSE(follower.Next().has_value());
    CHECK(follower.End() == each.code);
  }
}

TEST_CASE_METHOD(Shop, "watching ends when the watcher goes, and with UNAVAILABLE when the service stops", "[order]") {
  Follower gone(*this, "ann", order.order_id());
  CHECK(gone.Next() == pb::PENDING);
  gone.context.TryCancel();
  CHECK_FALSE(gone.Next().has_value());
  CHECK(gone.End() == absl::StatusCode::kCancelled);

  Follower follower(*this, "ann", order.order_id());
  CHECK(follower.Next() == pb::PENDING);
  std::thread stopping([this] { server.Drain(10s); });
  CHECK_FALSE(follower.Next().has_value());
  CHECK(follower.End() == absl::StatusCode::kUnavailable);
  stopping.join();
}

// The bookkeeping alone.
struct Seats : testing::LoopCall {
  using Watcher = OrderWatch::Watcher;
  bool Waited(Watcher& watcher, std::chrono::nanoseconds patience) {
    return testing::RunOn(loop, watcher.Wait(patience));
  }
  OrderWatch watch{3};
};

TEST_CASE_METHOD(Seats, "there are so many watchers, and a place is free when one goes", "[order]") {
  auto first = watch.Join(call, "a");
  auto second = watch.Join(call, "a");
  const auto third = watch.Join(call, "b");
  CHECK(watch.Join(call, "c") == nullptr);
  CHECK(watch.size() == 3);
  first.reset();
  CHECK(watch.size() == 2);
  CHECK(watch.Join(call, "c") != nullptr);
  second.reset();
  CHECK(watch.size() == 1);
}

TEST_CASE_METHOD(Seats, "news wake who waits for that order, and are not lost on who is busy", "[order]") {
  const auto a = watch.Join(call, "a");
  const auto b = watch.Join(call, "b");
  const auto start = std::chrono::steady_clock::now();
  watch.Changed("a");  // before it waits
  CHECK(Waited(*a, 1h));
  std::atomic<bool> woken{false};
  std::thread waiting([&] { woken = Waited(*a, 1h); });
  // Until the waiter is there, and has been woken.
  CHECK(testing::Eventually([&] {
    watch.Changed("a");
    return woken.load();
  }));
  waiting.join();
  CHECK(std::chrono::steady_clock::now() - start < 30s);
  CHECK(Waited(*b, 1ms));  // nothing of its own: its patience ends
}

TEST_CASE_METHOD(Seats, "who is cancelled waits no more", "[order]") {
  std::stop_source stop;
  const rpc::CallContext cancelled = rpc::Begin(loop, 20s, stop.get_token());
  const auto watcher = watch.Join(cancelled, "a");
  loop.Post([&stop, this] { loop.Post([&stop] { stop.request_stop(); }); });
  CHECK_FALSE(Waited(*watcher, 1h));
  CHECK_FALSE(Waited(*watcher, 1h));
}

}  // namespace
}  // namespace boutique::order
