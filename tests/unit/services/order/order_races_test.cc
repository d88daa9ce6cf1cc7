// SPDX-License-Identifier: Apache-2.0
// What every OrderStore promises to those who come at once, run against each of them.
#include <algorithm>
#include <mutex>
#include <semaphore>
#include <set>
#include <thread>

#include "platform/coro/spawn.h"
#include "stored_orders.h"

namespace boutique::order {
namespace {

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
  constexpr int kCalls = 16;
  testing::LoopCall other;
  std::vector<pb::Order> orders;
  for (int i = 0; i < kCalls; ++i) orders.push_back(SampleOrder());
  std::mutex mutex;
  std::set<std::string> ids;
  std::counting_semaphore<64> ended(0);
  for (int i = 0; i < kCalls; ++i) {
    coro::Spawn(this->store->Create(i % 2 == 0 ? this->call : other.call, orders[static_cast<std::size_t>(i)]),
                [&](const absl::StatusOr<pb::Order>& created) {
                  const std::lock_guard lock(mutex);
                  ids.insert(created.ok() ? created->order_id() : created.status().ToString());
                  ended.release();
                });
  }
  for (int i = 0; i < kCalls; ++i) ended.acquire();
  CHECK(ids.size() == 1);
}

TEMPLATE_TEST_CASE_METHOD(Orders, "of creations at once that follow the same order one is kept", "[order]",
                          STORE_ENGINES) {
  constexpr int kCalls = 16;
  testing::LoopCall other;
  std::vector<pb::Order> orders;
  for (int i = 0; i < kCalls; ++i) orders.push_back(After("", "key-of-many-" + std::to_string(1000 + i)));
  std::mutex mutex;
  std::vector<absl::StatusCode> codes;
  std::counting_semaphore<64> ended(0);
  for (int i = 0; i < kCalls; ++i) {
    coro::Spawn(this->store->Create(i % 2 == 0 ? this->call : other.call, orders[static_cast<std::size_t>(i)]),
                [&](const absl::StatusOr<pb::Order>& created) {
                  const std::lock_guard lock(mutex);
                  codes.push_back(created.status().code());
                  ended.release();
                });
  }
  for (int i = 0; i < kCalls; ++i) ended.acquire();
  CHECK(std::count(codes.begin(), codes.end(), absl::StatusCode::kOk) == 1);
  CHECK(std::count(codes.begin(), codes.end(), absl::StatusCode::kAborted) == kCalls - 1);
}

}  // namespace
}  // namespace boutique::order
