// SPDX-License-Identifier: Apache-2.0
// What every OrderStore promises to those who come at once, run against each of them.
#include <mutex>
#include <semaphore>
#include <set>
#include <thread>
#include <vector>

#include "platform/coro/spawn.h"
#include "stored_orders.h"

namespace boutique::order {
namespace {

// Creates them all at once, on two loops by turns; what came of it, in any order.
template <typename Engine>
std::vector<absl::StatusOr<pb::Order>> CreateAtOnce(Orders<Engine>& fixture, const std::vector<pb::Order>& orders) {
  testing::LoopCall other;
  std::mutex mutex;
  std::vector<absl::StatusOr<pb::Order>> outcomes;
  std::counting_semaphore<64> ended(0);
  for (std::size_t i = 0; i < orders.size(); ++i) {
    coro::Spawn(fixture.store->Create(i % 2 == 0 ? fixture.call : other.call, orders[i]),
                [&](const absl::StatusOr<pb::Order>& created) {
                  const std::lock_guard lock(mutex);
                  outcomes.push_back(created);
                  ended.release();
                });
  }
  for (std::size_t i = 0; i < orders.size(); ++i) ended.acquire();
  const std::lock_guard lock(mutex);  // the last may still be within it
  return outcomes;
}

TEMPLATE_TEST_CASE_METHOD(Orders, "of changes at once each sees the one before", "[order]", STORE_ENGINES) {
  const pb::Order order = SampleOrder();
  REQUIRE_OK(this->Create(order));
  constexpr int kEach = 50;
  std::mutex mutex;
  std::vector<std::string> failures;
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
        coro::Spawn(this->store->Apply(*on, order.order_id(), raise), [&](const absl::StatusOr<pb::Order>& changed) {
          if (!changed.ok()) {
            const std::lock_guard lock(mutex);
            failures.push_back(changed.status().ToString());
          }
          ended.release();
        });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (int i = 0; i < 2 * kEach; ++i) ended.acquire();
  CHECK(failures == std::vector<std::string>());
  const auto found = this->Find("ann", order.order_id());
  REQUIRE_OK(found);
  CHECK(found->epoch() == 2 * kEach);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "of claims at once each stale order is in one", "[order]", STORE_ENGINES) {
  constexpr int kOrders = 60;
  constexpr int kClaims = 12;
  this->CreateMany("ann", kOrders);
  testing::LoopCall other;
  std::mutex mutex;
  std::vector<std::string> claimed;
  std::counting_semaphore<64> ended(0);
  const OrderStore::Change take_over = TakeOver(1000);
  for (int i = 0; i < kClaims; ++i) {
    coro::Spawn(this->store->ClaimStale(i % 2 == 0 ? this->call : other.call, 1000, kOrders / 4, take_over),
                [&](const absl::StatusOr<std::vector<pb::Order>>& claims) {
                  const std::lock_guard lock(mutex);
                  if (claims.ok()) {
                    for (const pb::Order& order : *claims) claimed.push_back(order.order_id());
                  }
                  ended.release();
                });
  }
  for (int i = 0; i < kClaims; ++i) ended.acquire();
  // Claims that came at once may have left each other's; what they left is there for the next.
  const auto rest = this->Get(this->store->ClaimStale(this->call, 1000, kOrders, take_over));
  REQUIRE_OK(rest);
  for (const pb::Order& order : *rest) claimed.push_back(order.order_id());
  CHECK(claimed.size() == kOrders);
  CHECK(std::set<std::string>(claimed.begin(), claimed.end()).size() == kOrders);
  CHECK(this->Get(this->store->Measure(this->call))->open == kOrders);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "creations at once with one key give one order", "[order]", STORE_ENGINES) {
  std::vector<pb::Order> orders;
  for (int i = 0; i < 16; ++i) orders.push_back(SampleOrder());
  std::set<std::string> ids;
  for (const auto& created : CreateAtOnce(*this, orders)) {
    REQUIRE_OK(created);
    ids.insert(created->order_id());
  }
  CHECK(ids.size() == 1);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "of creations at once that follow the same order one is kept", "[order]",
                          STORE_ENGINES) {
  std::vector<pb::Order> orders;
  for (int i = 0; i < 16; ++i) orders.push_back(After("", "key-of-many-" + std::to_string(1000 + i)));
  std::size_t kept = 0;
  std::size_t refused = 0;
  for (const auto& created : CreateAtOnce(*this, orders)) {
    if (created.ok()) ++kept;
    if (absl::IsAborted(created.status())) ++refused;
  }
  CHECK(kept == 1);
  CHECK(refused == orders.size() - 1);
}

}  // namespace
}  // namespace boutique::order
