// SPDX-License-Identifier: Apache-2.0
// What every OrderStore promises, run against each of them.
#include "services/order/order_store.h"

#include <atomic>
#include <semaphore>
#include <thread>

#include "sample_order.h"
#include "services/order/sqlite_order_store.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/temporary_folder.h"

namespace boutique::order {
namespace {

// Each engine opens a store; Open again, after the first is gone, finds what was kept if the engine is durable.
struct SqliteInMemory {
  static constexpr bool kDurable = false;
  static std::unique_ptr<OrderStore> Open() {
    auto opened = SqliteOrderStore::Open(":memory:");
    REQUIRE_OK(opened);
    return *std::move(opened);
  }
};
struct SqliteInFile {
  static constexpr bool kDurable = true;
  std::unique_ptr<OrderStore> Open() {
    auto opened = SqliteOrderStore::Open(folder.File("orders.db"));
    REQUIRE_OK(opened);
    return *std::move(opened);
  }
  testing::TemporaryFolder folder;
};

template <typename Engine>
struct Orders : testing::LoopCall {
  absl::StatusOr<pb::Order> Create(const pb::Order& order) { return Get(store->Create(call, order)); }
  absl::StatusOr<pb::Order> Apply(const std::string& id, const OrderStore::Change& change) {
    return Get(store->Apply(call, id, change));
  }
  absl::StatusOr<pb::Order> Find(const std::string& user, const std::string& id) {
    pb::GetOrderRequest which;
    which.set_user_id(user);
    which.set_order_id(id);
    return Get(store->Find(call, which));
  }
  absl::StatusOr<pb::Order> FindByKey(const std::string& user, const std::string& key) {
    pb::GetOrderRequest which;
    which.set_user_id(user);
    which.set_idempotency_key(key);
    return Get(store->Find(call, which));
  }
  absl::StatusOr<OrderStore::Page> List(const std::string& user, const std::string& after, int most) {
    return Get(store->List(call, user, after, most));
  }
  std::vector<std::string> CreateMany(const std::string& user, int count) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) {
      const auto order = Create(SampleOrder(user, "key-of-many-" + std::to_string(1000 + i)));
      REQUIRE_OK(order);
      ids.push_back(order->order_id());
    }
    return ids;
  }

  Engine engine;
  std::unique_ptr<OrderStore> store = engine.Open();
};

#define EVERY_ENGINE SqliteInMemory, SqliteInFile

TEMPLATE_TEST_CASE_METHOD(Orders, "an order is found whole by its id and by its key", "[order]", EVERY_ENGINE) {
  const pb::Order order = SampleOrder();
  const auto created = this->Create(order);
  REQUIRE_OK(created);
  CHECK(created->SerializeAsString() == order.SerializeAsString());
  for (const auto& found : {this->Find("ann", order.order_id()), this->FindByKey("ann", order.idempotency_key())}) {
    REQUIRE_OK(found);
    CHECK(found->SerializeAsString() == order.SerializeAsString());
  }
}

TEMPLATE_TEST_CASE_METHOD(Orders, "nobody finds another's order", "[order]", EVERY_ENGINE) {
  const pb::Order order = SampleOrder();
  REQUIRE_OK(this->Create(order));
  CHECK_CODE(this->Find("bob", order.order_id()), kNotFound);
  CHECK_CODE(this->FindByKey("bob", order.idempotency_key()), kNotFound);
  CHECK_CODE(this->Find("ann", "no such id"), kNotFound);
  CHECK_CODE(this->FindByKey("ann", "no such key"), kNotFound);
  const auto page = this->List("bob", "", 10);
  REQUIRE_OK(page);
  CHECK(page->orders.empty());
  CHECK_CODE(this->List("bob", order.order_id(), 10), kNotFound);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "a user has one order of a key, and another user another", "[order]", EVERY_ENGINE) {
  const pb::Order first = SampleOrder();
  REQUIRE_OK(this->Create(first));
  const auto again = this->Create(SampleOrder());
  REQUIRE_OK(again);
  CHECK(again->order_id() == first.order_id());
  const auto other = this->Create(SampleOrder("bob"));
  REQUIRE_OK(other);
  CHECK(other->order_id() != first.order_id());
}

TEMPLATE_TEST_CASE_METHOD(Orders, "an id is given to one order only", "[order]", EVERY_ENGINE) {
  pb::Order order = SampleOrder();
  REQUIRE_OK(this->Create(order));
  order.set_idempotency_key("another-key-0123456789");
  CHECK_CODE(this->Create(order), kAlreadyExists);
  CHECK_CODE(this->FindByKey("ann", "another-key-0123456789"), kNotFound);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "a change is kept, and one that fails is not", "[order]", EVERY_ENGINE) {
  const pb::Order order = SampleOrder();
  REQUIRE_OK(this->Create(order));
  const auto changed = this->Apply(order.order_id(), [](pb::Order* it) {
    it->set_state(pb::CHARGING);
    it->set_epoch(2);
    return absl::OkStatus();
  });
  REQUIRE_OK(changed);
  CHECK(changed->state() == pb::CHARGING);
  CHECK_CODE(this->Apply(order.order_id(),
                         [](pb::Order* it) {
                           it->set_state(pb::CANCELLED);
                           return absl::AbortedError("no");
                         }),
             kAborted);
  const auto found = this->Find("ann", order.order_id());
  REQUIRE_OK(found);
  CHECK(found->state() == pb::CHARGING);
  CHECK(found->epoch() == 2);
  CHECK_CODE(this->Apply("no such id", [](pb::Order*) { return absl::OkStatus(); }), kNotFound);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "pages go from the newest to the oldest and miss none", "[order]", EVERY_ENGINE) {
  const auto ids = this->CreateMany("ann", 7);
  this->CreateMany("bob", 3);
  std::vector<std::string> seen;
  std::string after;
  for (bool more = true; more;) {
    const auto page = this->List("ann", after, 3);
    REQUIRE_OK(page);
    REQUIRE(page->orders.size() <= 3);
    for (const pb::Order& order : page->orders) seen.push_back(order.order_id());
    more = page->has_more;
    after = seen.back();
  }
  CHECK(seen == std::vector<std::string>(ids.rbegin(), ids.rend()));
  const auto exact = this->List("ann", "", 7);
  REQUIRE_OK(exact);
  CHECK(exact->orders.size() == 7);
  CHECK_FALSE(exact->has_more);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "a page does not move when an order is added", "[order]", EVERY_ENGINE) {
  const auto ids = this->CreateMany("ann", 4);
  REQUIRE_OK(this->Create(SampleOrder("ann", "a-later-key-0123456789")));
  const auto page = this->List("ann", ids[2], 2);
  REQUIRE_OK(page);
  REQUIRE(page->orders.size() == 2);
  CHECK(page->orders[0].order_id() == ids[1]);
  CHECK(page->orders[1].order_id() == ids[0]);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "of changes at once each sees the one before", "[order]", EVERY_ENGINE) {
  const pb::Order order = SampleOrder();
  REQUIRE_OK(this->Create(order));
  constexpr int kEach = 50;
  std::counting_semaphore<128> ended(0);
  testing::LoopCall other;
  const OrderStore::Change raise = [](pb::Order* it) {
    it->set_epoch(it->epoch() + 1);
    return absl::OkStatus();
  };
  std::vector<std::thread> threads;
  for (const rpc::CallContext* on : {&this->call, &other.call}) {
    threads.emplace_back([&, on] {
      for (int i = 0; i < kEach; ++i) {
        coro::Spawn(this->store->Apply(*on, order.order_id(), raise),
                    [&](const absl::StatusOr<pb::Order>& changed) { ended.release(changed.ok() ? 1 : 0); });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (int i = 0; i < 2 * kEach; ++i) ended.acquire();
  const auto found = this->Find("ann", order.order_id());
  REQUIRE_OK(found);
  CHECK(found->epoch() == 2 * kEach);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "a restart finds every order", "[order]", EVERY_ENGINE) {
  const auto ids = this->CreateMany("ann", 3);
  REQUIRE_OK(this->Apply(ids[0], [](pb::Order* it) {
    it->set_state(pb::CONFIRMED);
    return absl::OkStatus();
  }));
  this->store.reset();
  this->store = this->engine.Open();
  const auto page = this->List("ann", "", 10);
  REQUIRE_OK(page);
  if (!TestType::kDurable) {
    CHECK(page->orders.empty());
    return;
  }
  REQUIRE(page->orders.size() == 3);
  CHECK(page->orders[2].order_id() == ids[0]);
  CHECK(page->orders[2].state() == pb::CONFIRMED);
  CHECK(page->orders[2].items_size() == 2);
}

}  // namespace
}  // namespace boutique::order
