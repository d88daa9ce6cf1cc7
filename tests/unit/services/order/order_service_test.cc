// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_service.h"

#include <prometheus/text_serializer.h>

#include <chrono>
#include <limits>

#include "platform/storage/sqlite/database.h"
#include "sample_order.h"
#include "services/order/order_backlog.h"
#include "services/order/order_schema.h"
#include "services/order/sql_order_store.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/on_loop.h"
#include "support/prometheus_text.h"

namespace boutique::order {
namespace {

struct SetClock final : base::Clock {
  std::chrono::system_clock::time_point Now() const override { return now; }
  std::chrono::system_clock::time_point now{std::chrono::milliseconds(1000)};
};

struct Desk : testing::LoopCall {
  Desk() {
    auto opened = sqlite::Database::Open(":memory:", OrderSchema().sqlite);
    REQUIRE_OK(opened);
    database = *std::move(opened);
    store = std::make_unique<SqlOrderStore>(*database);
    service = std::make_unique<OrderService>(*store, metrics, clock);
  }
  absl::StatusOr<pb::CreateOrderResponse> Create(const pb::Order& order) {
    pb::CreateOrderRequest request;
    *request.mutable_order() = order;
    return Get(service->CreateOrder(call, request));
  }
  absl::StatusOr<pb::Order> Step(const pb::Order& order, pb::OrderState to) {
    pb::RecordStepRequest request;
    request.set_order_id(order.order_id());
    request.set_expected_state(order.state());
    request.set_expected_epoch(order.epoch());
    request.set_state(to);
    return Get(service->RecordStep(call, request));
  }
  absl::StatusOr<pb::Order> Find(const std::string& user, const std::string& id) {
    pb::GetOrderRequest request;
    request.set_user_id(user);
    request.set_order_id(id);
    return Get(service->GetOrder(call, request));
  }
  absl::StatusOr<pb::Order> FindByKey(const std::string& user, const std::string& key) {
    pb::GetOrderRequest request;
    request.set_user_id(user);
    request.set_idempotency_key(key);
    return Get(service->GetOrder(call, request));
  }
  absl::StatusOr<pb::ListOrdersResponse> List(const std::string& user, int size, const std::string& token = "") {
    pb::ListOrdersRequest request;
    request.set_user_id(user);
    request.set_page_size(size);
    request.set_page_token(token);
    return Get(service->ListOrders(call, request));
  }

  // The ids of the orders that are claimed.
  std::vector<std::string> Claim(int most = 0, const std::string& id = "", std::int64_t lease_ms = 0) {
    pb::ClaimStaleRequest request;
    request.set_order_id(id);
    request.set_most(most);
    request.set_lease_ms(lease_ms);
    const auto claimed = Get(service->ClaimStale(call, request));
    REQUIRE_OK(claimed);
    std::vector<std::string> ids;
    for (const pb::Order& order : claimed->orders()) ids.push_back(order.order_id());
    return ids;
  }
  pb::Order CreateWithKey(const std::string& key) {
    const auto created = Create(SampleOrder("ann", key));
    REQUIRE_OK(created);
    return created->order();
  }
  testing::PrometheusText Counted() {
    return testing::ReadPrometheusText(prometheus::TextSerializer().Serialize(metrics.registry()->Collect()));
  }

  SetClock clock;
  telemetry::Metrics metrics;
  std::unique_ptr<sqlite::Database> database;
  std::unique_ptr<SqlOrderStore> store;
  std::unique_ptr<OrderService> service;
};

TEST_CASE_METHOD(Desk, "a new order is pending, in its first epoch, and has a time", "[order]") {
  pb::Order order = SampleOrder();
  order.set_state(pb::CONFIRMED);
  order.set_epoch(9);
  order.set_created_at_ms(5);
  const auto created = Create(order);
  REQUIRE_OK(created);
  CHECK(created->created());
  CHECK(created->order().state() == pb::PENDING);
  CHECK(created->order().epoch() == 1);
  CHECK(created->order().created_at_ms() == 1000);
  CHECK(created->order().updated_at_ms() == 1000);
  CHECK(created->order().items_size() == 2);
  CHECK(created->order().total().units() == 136);
}

TEST_CASE_METHOD(Desk, "D2: two orders of one key are one order", "[order]") {
  const pb::Order first = SampleOrder();
  REQUIRE_OK(Create(first));
  const auto second = Create(SampleOrder());
  REQUIRE_OK(second);
  CHECK_FALSE(second->created());
  CHECK(second->order().order_id() == first.order_id());
  const auto list = List("ann", 0);
  REQUIRE_OK(list);
  CHECK(list->orders_size() == 1);
}

TEST_CASE_METHOD(Desk, "who asks again because the answer was lost gets the same answer", "[order]") {
  const pb::Order order = SampleOrder();
  const auto first = Create(order);
  REQUIRE_OK(first);
  const auto second = Create(order);
  REQUIRE_OK(second);
  CHECK(second->SerializeAsString() == first->SerializeAsString());
}

TEST_CASE_METHOD(Desk, "a key that was used for something else is refused", "[order]") {
  REQUIRE_OK(Create(SampleOrder()));
  pb::Order other = SampleOrder();
  other.set_fingerprint("beef");
  CHECK_CODE(Create(other), kAlreadyExists);
  pb::Order same_id = SampleOrder("bob");
  REQUIRE_OK(Create(same_id));
  same_id.set_idempotency_key("another-key-0123456789");
  CHECK_CODE(Create(same_id), kAlreadyExists);
}

TEST_CASE_METHOD(Desk, "of two orders that follow the same one the second is aborted, and not stored", "[order]") {
  pb::Order first = SampleOrder("ann", "key-of-the-first-order");
  first.set_previous_order_id("");
  REQUIRE_OK(Create(first));
  pb::Order second = SampleOrder("ann", "key-of-another-order");
  second.set_previous_order_id("");
  CHECK_CODE(Create(second), kAborted);
  CHECK(List("ann", 0)->orders_size() == 1);
  second.set_previous_order_id(first.order_id());
  const auto created = Create(second);
  REQUIRE_OK(created);
  CHECK(created->created());
  REQUIRE_OK(Create(second));
}

TEST_CASE_METHOD(Desk, "an order must be sent and be whole", "[order]") {
  CHECK_CODE(Get(service->CreateOrder(call, {})), kInvalidArgument);
  pb::Order order = SampleOrder();
  order.clear_items();
  CHECK_CODE(Create(order), kInvalidArgument);
}

TEST_CASE_METHOD(Desk, "an order is taken from step to step", "[order]") {
  auto created = Create(SampleOrder());
  REQUIRE_OK(created);
  pb::Order order = created->order();
  for (const pb::OrderState state : {pb::CHARGING, pb::SHIPPING, pb::CONFIRMED}) {
    clock.now += std::chrono::seconds(1);
    const auto moved = Step(order, state);
    REQUIRE_OK(moved);
    CHECK(moved->state() == state);
    CHECK(moved->updated_at_ms() == clock.NowMs());
    order = *moved;
  }
  const auto found = Find("ann", order.order_id());
  REQUIRE_OK(found);
  CHECK(found->SerializeAsString() == order.SerializeAsString());
}

TEST_CASE_METHOD(Desk, "a step that has been overtaken is aborted, a wrong one refused, an unknown one not found",
                 "[order]") {
  const auto created = Create(SampleOrder());
  REQUIRE_OK(created);
  REQUIRE_OK(Step(created->order(), pb::CHARGING));
  REQUIRE_OK(Step(created->order(), pb::CHARGING));
  CHECK_CODE(Step(created->order(), pb::CANCELLED), kAborted);
  CHECK_CODE(Step(created->order(), pb::CONFIRMED), kFailedPrecondition);
  pb::Order unknown = SampleOrder();
  unknown.set_state(pb::PENDING);
  unknown.set_epoch(1);
  CHECK_CODE(Step(unknown, pb::CHARGING), kNotFound);
  CHECK_CODE(Get(service->RecordStep(call, {})), kInvalidArgument);
}

TEST_CASE_METHOD(Desk, "an order is its owner's secret", "[order]") {
  const pb::Order order = SampleOrder();
  REQUIRE_OK(Create(order));
  REQUIRE_OK(Find("ann", order.order_id()));
  REQUIRE_OK(FindByKey("ann", order.idempotency_key()));
  CHECK_CODE(Find("bob", order.order_id()), kNotFound);
  CHECK_CODE(FindByKey("bob", order.idempotency_key()), kNotFound);
  CHECK(Find("bob", order.order_id()).status() == Find("bob", base::RandomUuid()).status());
  const auto list = List("bob", 0);
  REQUIRE_OK(list);
  CHECK(list->orders().empty());
  CHECK_CODE(List("bob", 0, order.order_id()), kInvalidArgument);
}

TEST_CASE_METHOD(Desk, "a request for orders names its fault", "[order]") {
  CHECK_CODE(Find("", base::RandomUuid()), kInvalidArgument);
  CHECK_CODE(Find(std::string(129, 'u'), base::RandomUuid()), kInvalidArgument);
  CHECK_CODE(Find("ann", ""), kInvalidArgument);
  CHECK_CODE(Find("ann", std::string(100000, 'x')), kInvalidArgument);
  CHECK_CODE(FindByKey("ann", ""), kInvalidArgument);
  CHECK_CODE(FindByKey("ann", std::string(65, 'k')), kInvalidArgument);
  pb::GetOrderRequest neither;
  neither.set_user_id("ann");
  CHECK_CODE(Get(service->GetOrder(call, neither)), kInvalidArgument);
  CHECK_CODE(List("", 0), kInvalidArgument);
  CHECK_CODE(List("ann", -1), kInvalidArgument);
  CHECK_CODE(List("ann", 101), kInvalidArgument);
  CHECK_CODE(List("ann", std::numeric_limits<int>::max()), kInvalidArgument);
  CHECK_CODE(List("ann", 1, "no token"), kInvalidArgument);
  CHECK_CODE(List("ann", 1, std::string(65, 't')), kInvalidArgument);
}

TEST_CASE_METHOD(Desk, "a long history comes in pages of twenty, newest first", "[order]") {
  std::vector<std::string> ids;
  for (int i = 0; i < 45; ++i) {
    const pb::Order order = SampleOrder("ann", "key-of-many-" + std::to_string(1000 + i));
    REQUIRE_OK(Create(order));
    ids.insert(ids.begin(), order.order_id());
  }
  std::vector<std::string> seen;
  std::vector<int> sizes;
  std::string token;
  do {
    const auto page = List("ann", 0, token);
    REQUIRE_OK(page);
    for (const pb::Order& order : page->orders()) seen.push_back(order.order_id());
    sizes.push_back(page->orders_size());
    token = page->next_page_token();
  } while (!token.empty());
  CHECK(seen == ids);
  CHECK(sizes == std::vector<int>{20, 20, 5});
  const auto most = List("ann", 100);
  REQUIRE_OK(most);
  CHECK(most->orders_size() == 45);
  CHECK(most->next_page_token().empty());
}

using Ids = std::vector<std::string>;

TEST_CASE_METHOD(Desk, "an order is its maker's until the lease is over, then whoever asks first has it", "[order]") {
  const pb::Order order = CreateWithKey("a-key-of-16-characters");
  CHECK(order.lease_until_ms() == 1000 + 15'000);
  CHECK(Claim().empty());
  CHECK(Claim(0, order.order_id()).empty());
  clock.now += std::chrono::seconds(15);
  CHECK(Claim() == Ids{order.order_id()});
  CHECK(Claim().empty());
  const auto found = Find("ann", order.order_id());
  REQUIRE_OK(found);
  CHECK(found->epoch() == 2);
  CHECK(found->state() == pb::PENDING);
}

TEST_CASE_METHOD(Desk, "whoever has lost an order can record nothing more", "[order]") {
  const pb::Order before = CreateWithKey("a-key-of-16-characters");
  clock.now += std::chrono::minutes(1);
  REQUIRE(Claim(0, before.order_id()) == Ids{before.order_id()});
  CHECK_CODE(Step(before, pb::CHARGING), kAborted);
  const auto now = Find("ann", before.order_id());
  REQUIRE_OK(now);
  CHECK_CODE(Step(*now, pb::CHARGING), kOk);
}

TEST_CASE_METHOD(Desk, "each step renews the lease", "[order]") {
  pb::Order order = CreateWithKey("a-key-of-16-characters");
  for (const auto state : {pb::CHARGING, pb::SHIPPING}) {
    clock.now += std::chrono::seconds(14);
    const auto stepped = Step(order, state);
    REQUIRE_OK(stepped);
    order = *stepped;
  }
  CHECK(Claim().empty());
  clock.now += std::chrono::seconds(15);
  CHECK(Claim() == Ids{order.order_id()});
}

TEST_CASE_METHOD(Desk, "an order that nobody can bring on is taken over ever more seldom", "[order]") {
  const pb::Order order = CreateWithKey("a-key-of-16-characters");
  std::int64_t waits = 0;
  for (const std::int64_t seconds : {1, 1, 2, 4, 8, 8, 8}) {
    clock.now += std::chrono::seconds(seconds == 1 && waits == 0 ? 15 : seconds) - std::chrono::milliseconds(1);
    CHECK(Claim(0, "", 1000).empty());
    clock.now += std::chrono::milliseconds(1);
    CHECK(Claim(0, "", 1000).size() == 1);
    ++waits;
  }
}

TEST_CASE_METHOD(Desk, "a confirmed order is open until it is settled; a cancelled one is not", "[order]") {
  pb::Order confirmed = CreateWithKey("the-first-key-0123456");
  for (const auto state : {pb::CHARGING, pb::SHIPPING, pb::CONFIRMED}) confirmed = Step(confirmed, state).value();
  REQUIRE_OK(Step(CreateWithKey("the-second-key-012345"), pb::CANCELLED));
  clock.now += std::chrono::minutes(1);
  CHECK(Claim() == Ids{confirmed.order_id()});
  confirmed = Find("ann", confirmed.order_id()).value();
  pb::RecordStepRequest settle;
  settle.set_order_id(confirmed.order_id());
  settle.set_expected_state(pb::CONFIRMED);
  settle.set_expected_epoch(confirmed.epoch());
  settle.set_state(pb::CONFIRMED);
  CHECK_CODE(Get(service->RecordStep(call, settle)), kFailedPrecondition);
  settle.set_settled(true);
  CHECK_CODE(Get(service->RecordStep(call, settle)), kOk);
  CHECK_CODE(Get(service->RecordStep(call, settle)), kOk);
  clock.now += std::chrono::hours(24);
  CHECK(Claim().empty());
}

TEST_CASE_METHOD(Desk, "those that have waited longest are claimed first", "[order]") {
  Ids all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(CreateWithKey("a-key-of-many-" + std::to_string(100 + i)).order_id());
    clock.now += std::chrono::seconds(1);
  }
  clock.now += std::chrono::minutes(1);
  CHECK(Claim(2) == Ids{all[0], all[1]});
  CHECK(Claim(100) == Ids{all[2], all[3], all[4]});
}

TEST_CASE_METHOD(Desk, "an operator sees the orders that need attention, and how many are open", "[order]") {
  const pb::Order open = CreateWithKey("the-first-key-0123456");
  pb::Order stuck = CreateWithKey("the-second-key-012345");
  for (const auto state : {pb::CHARGING, pb::NEEDS_ATTENTION}) stuck = Step(stuck, state).value();
  pb::ListOrdersRequest request;
  request.set_state(pb::NEEDS_ATTENTION);
  const auto listed = Get(service->ListOrders(call, request));
  REQUIRE_OK(listed);
  REQUIRE(listed->orders_size() == 1);
  CHECK(listed->orders(0).order_id() == stuck.order_id());
  request.set_state(pb::CONFIRMED);
  CHECK_CODE(Get(service->ListOrders(call, request)), kInvalidArgument);
  request.set_state(pb::NEEDS_ATTENTION);
  request.set_user_id("ann");
  CHECK_CODE(Get(service->ListOrders(call, request)), kInvalidArgument);
  clock.now += std::chrono::seconds(10);
  OrderOutbox outbox(*database);
  OrderBacklog backlog(*store, outbox, metrics, clock);
  REQUIRE_OK(testing::RunOn(loop, backlog.Show(call)));
  const auto counted = Counted();
  CHECK(counted["order_open_orders"] == 1);
  CHECK(counted["order_oldest_open_seconds"] == 10);
  CHECK(counted["order_needs_attention_orders"] == 1);
}

TEST_CASE_METHOD(Desk, "an order that cannot be read holds up no other, and needs attention", "[order]") {
  const pb::Order damaged = CreateWithKey("the-first-key-0123456");
  const pb::Order sound = CreateWithKey("the-second-key-012345");
  auto damage = [&damaged](sql::Connection& connection) -> absl::StatusOr<bool> {
    connection.Execute("UPDATE orders SET message = ? WHERE order_id = ?", {sql::Blob{"\xff"}, damaged.order_id()});
    return true;
  };
  REQUIRE_OK(Get(database->Write(call, std::move(damage))));
  clock.now += std::chrono::hours(1);
  CHECK(Claim() == Ids{sound.order_id()});
  clock.now += std::chrono::hours(1);
  CHECK(Claim() == Ids{sound.order_id()});
  CHECK(Get(store->Measure(call))->need_attention == 1);
  const auto listed = List("ann", 10);
  REQUIRE_OK(listed);
  REQUIRE(listed->orders_size() == 2);
  CHECK(listed->orders(0).order_id() == sound.order_id());
  CHECK(listed->orders(1).order_id() == damaged.order_id());
  CHECK(listed->orders(1).state() == pb::NEEDS_ATTENTION);
  CHECK(listed->orders(1).user_id() == "ann");
  CHECK(listed->orders(1).created_at_ms() == damaged.created_at_ms());
  // A page of one has another after it, whichever cannot be read.
  CHECK(List("ann", 1)->next_page_token() == sound.order_id());
}

TEST_CASE_METHOD(Desk, "a claim's bounds are checked", "[order]") {
  for (const auto& [most, lease] : {std::pair(-1, 0), std::pair(101, 0), std::pair(0, -1), std::pair(0, 300'001)}) {
    pb::ClaimStaleRequest request;
    request.set_most(most);
    request.set_lease_ms(lease);
    CHECK_CODE(Get(service->ClaimStale(call, request)), kInvalidArgument);
  }
  CHECK(Claim(0, "no-such-order").empty());
}

}  // namespace
}  // namespace boutique::order
