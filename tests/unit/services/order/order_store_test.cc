// SPDX-License-Identifier: Apache-2.0
// What every OrderStore promises, run against each of them.
#include "services/order/order_store.h"

#include <set>

#include "stored_orders.h"

namespace boutique::order {
namespace {

TEMPLATE_TEST_CASE_METHOD(Orders, "an order is found whole by its id and by its key", "[order]", STORE_ENGINES) {
  const pb::Order order = SampleOrder();
  const auto created = this->Create(order);
  REQUIRE_OK(created);
  CHECK(created->SerializeAsString() == order.SerializeAsString());
  for (const auto& found : {this->Find("ann", order.order_id()), this->FindByKey("ann", order.idempotency_key())}) {
    REQUIRE_OK(found);
    CHECK(found->SerializeAsString() == order.SerializeAsString());
  }
}

TEMPLATE_TEST_CASE_METHOD(Orders, "nobody finds another's order", "[order]", STORE_ENGINES) {
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

TEMPLATE_TEST_CASE_METHOD(Orders, "a user has one order of a key, and another user another", "[order]", STORE_ENGINES) {
  const pb::Order first = SampleOrder();
  REQUIRE_OK(this->Create(first));
  const auto again = this->Create(SampleOrder());
  REQUIRE_OK(again);
  CHECK(again->order_id() == first.order_id());
  const auto other = this->Create(SampleOrder("bob"));
  REQUIRE_OK(other);
  CHECK(other->order_id() != first.order_id());
}

TEMPLATE_TEST_CASE_METHOD(Orders, "an id is given to one order only", "[order]", STORE_ENGINES) {
  pb::Order order = SampleOrder();
  REQUIRE_OK(this->Create(order));
  order.set_idempotency_key("another-key-0123456789");
  CHECK_CODE(this->Create(order), kAlreadyExists);
  CHECK_CODE(this->FindByKey("ann", "another-key-0123456789"), kNotFound);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "a change is kept, and one that fails is not", "[order]", STORE_ENGINES) {
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

// Goes from the one state to the other, and refuses to from any else.
OrderStore::Change Go(pb::OrderState from, pb::OrderState to) {
  return [from, to](pb::Order* order) {
    if (order->state() != from) return absl::AbortedError("the order is in another state");
    order->set_state(to);
    order->set_epoch(order->epoch() + 1);
    return absl::OkStatus();
  };
}

TEMPLATE_TEST_CASE_METHOD(Orders, "replicas change an order by turns, and each finds what the others did", "[order]",
                          STORE_ENGINES) {
  SqlOrderStore other(*this->database);
  pb::Order order = SampleOrder();
  order.set_state(pb::PENDING);
  const std::string& id = order.order_id();
  const auto other_applies = [&](const OrderStore::Change& change) {
    return this->Get(other.Apply(this->call, id, change));
  };
  REQUIRE_OK(this->Create(order));
  REQUIRE_OK(other_applies(Go(pb::PENDING, pb::CHARGING)));
  // This one last saw it PENDING: neither its refusal nor its change may be of that.
  CHECK_CODE(this->Apply(id, Go(pb::PENDING, pb::CANCELLED)), kAborted);
  const auto shipping = this->Apply(id, Go(pb::CHARGING, pb::SHIPPING));
  REQUIRE_OK(shipping);
  CHECK(shipping->epoch() == order.epoch() + 2);
  REQUIRE_OK(other_applies(Go(pb::SHIPPING, pb::SHIPPED)));
  const auto counted = this->Apply(id, [](pb::Order* it) {
    it->set_epoch(it->epoch() + 10);
    return absl::OkStatus();
  });
  REQUIRE_OK(counted);
  CHECK(counted->state() == pb::SHIPPED);
  CHECK(counted->epoch() == order.epoch() + 13);
  REQUIRE_OK(other_applies(Go(pb::SHIPPED, pb::CONFIRMED)));
  CHECK_CODE(this->Apply(id, Go(pb::SHIPPED, pb::CONFIRMED)), kAborted);
  CHECK(this->Find("ann", id)->state() == pb::CONFIRMED);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "pages go from the newest to the oldest and miss none", "[order]", STORE_ENGINES) {
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

// As large as an order may be: a thousand lines with the longest ids and names.
pb::Order LargeOrder(const std::string& user, const std::string& key) {
  pb::Order order = SampleOrder(user, key);
  order.clear_items();
  for (int i = 0; i < 1000; ++i) {
    AddLine(&order, std::string(128, 'p'), 1, {"USD", 8, 990000000});
    order.mutable_items(i)->set_product_name(std::string(256, 'n'));
  }
  return order;
}

TEMPLATE_TEST_CASE_METHOD(Orders, "a page of large orders is shorter, and the next goes on after it", "[order]",
                          STORE_ENGINES) {
  constexpr int kOrders = 12;
  std::vector<std::string> ids;
  for (int i = 0; i < kOrders; ++i) {
    const auto order = this->Create(LargeOrder("ann", "key-of-large-" + std::to_string(1000 + i)));
    REQUIRE_OK(order);
    ids.insert(ids.begin(), order->order_id());
  }
  std::vector<std::string> seen;
  for (bool more = true; more;) {
    const auto page = this->List("ann", seen.empty() ? "" : seen.back(), 100);
    REQUIRE_OK(page);
    std::size_t bytes = 0;
    for (const pb::Order& order : page->orders) {
      bytes += order.ByteSizeLong();
      seen.push_back(order.order_id());
    }
    CHECK(bytes <= OrderStore::kMostBytes);
    more = page->has_more;
    CHECK((!more || bytes > OrderStore::kMostBytes / 2));
  }
  CHECK(seen == ids);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "large orders are claimed a few at a time, and all of them", "[order]",
                          STORE_ENGINES) {
  constexpr int kOrders = 12;
  for (int i = 0; i < kOrders; ++i) {
    REQUIRE_OK(this->Create(LargeOrder("ann", "key-of-large-" + std::to_string(1000 + i))));
  }
  std::set<std::string> claimed;
  for (std::size_t before = 1; claimed.size() != before;) {
    before = claimed.size();
    const auto claims = this->Get(this->store->ClaimStale(this->call, 1000, 100, TakeOver(1000)));
    REQUIRE_OK(claims);
    std::size_t bytes = 0;
    for (const pb::Order& order : *claims) {
      bytes += order.ByteSizeLong();
      CHECK(claimed.insert(order.order_id()).second);
    }
    CHECK(bytes <= OrderStore::kMostBytes + 100);
  }
  CHECK(claimed.size() == kOrders);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "a page does not move when an order is added", "[order]", STORE_ENGINES) {
  const auto ids = this->CreateMany("ann", 4);
  REQUIRE_OK(this->Create(SampleOrder("ann", "a-later-key-0123456789")));
  const auto page = this->List("ann", ids[2], 2);
  REQUIRE_OK(page);
  REQUIRE(page->orders.size() == 2);
  CHECK(page->orders[0].order_id() == ids[1]);
  CHECK(page->orders[1].order_id() == ids[0]);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "a restart finds every order", "[order]", STORE_ENGINES) {
  const auto ids = this->CreateMany("ann", 3);
  REQUIRE_OK(this->Apply(ids[0], [](pb::Order* it) {
    it->set_state(pb::CONFIRMED);
    return absl::OkStatus();
  }));
  this->Reopen();
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

TEMPLATE_TEST_CASE_METHOD(Orders, "one order follows another", "[order]", STORE_ENGINES) {
  const auto first = this->Create(After("", "key-of-the-first-order"));
  REQUIRE_OK(first);
  CHECK_CODE(this->Create(After("", "key-of-another-order")), kAborted);
  REQUIRE_OK(this->Create(After("", "key-of-the-first-order", "bob")));
  const auto again = this->Create(After("", "key-of-the-first-order"));
  REQUIRE_OK(again);
  CHECK(again->order_id() == first->order_id());
  REQUIRE_OK(this->Create(After(first->order_id(), "key-of-another-order")));
  CHECK_CODE(this->Create(After(first->order_id(), "key-of-a-third-order")), kAborted);
  CHECK_CODE(this->FindByKey("ann", "key-of-a-third-order"), kNotFound);
  // Who does not say what it follows does not mind.
  REQUIRE_OK(this->Create(SampleOrder("ann", "key-of-a-third-order")));
  REQUIRE_OK(this->Create(SampleOrder("ann", "key-of-a-fourth-order")));
}

}  // namespace
}  // namespace boutique::order
