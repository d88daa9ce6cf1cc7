// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_service.h"

#include <chrono>
#include <limits>

#include "sample_order.h"
#include "services/order/sqlite_order_store.h"
#include "support/catch.h"
#include "support/loop_call.h"

namespace boutique::order {
namespace {

struct SetClock final : base::Clock {
  std::chrono::system_clock::time_point Now() const override { return now; }
  std::chrono::system_clock::time_point now{std::chrono::milliseconds(1000)};
};

struct Desk : testing::LoopCall {
  Desk() {
    auto opened = SqliteOrderStore::Open(":memory:");
    REQUIRE_OK(opened);
    store = *std::move(opened);
    service = std::make_unique<OrderService>(*store, clock);
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

  SetClock clock;
  std::unique_ptr<SqliteOrderStore> store;
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

}  // namespace
}  // namespace boutique::order
