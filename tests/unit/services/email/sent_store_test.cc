// SPDX-License-Identifier: Apache-2.0
// The contract of SentStore, with each engine.
#include <set>
#include <thread>
#include <vector>

#include "services/email/sent_schema.h"
#include "services/email/sql_sent_store.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/store_engines.h"

namespace boutique::email {
namespace {

using Kind = Claim::Kind;
constexpr char kId[] = "<order-7@shop.test>";
constexpr std::chrono::milliseconds kLease(1000);

struct SetClock : base::Clock {
  std::chrono::system_clock::time_point Now() const override { return now; }
  std::chrono::system_clock::time_point now = std::chrono::system_clock::from_time_t(1'800'000'000);
};

template <typename Engine>
struct Desk : testing::LoopCall {
  Claim Take(const std::string& id = kId) {
    const auto claim = Get(store->ClaimToSend(call, id, kLease));
    REQUIRE_OK(claim);
    return *claim;
  }
  void MarkSent(const std::string& id = kId) { REQUIRE_OK(Get(store->MarkSent(call, id))); }
  bool Release(std::int64_t number) {
    const auto released = Get(store->Release(call, kId, number));
    REQUIRE_OK(released);
    return *released;
  }
  void Reopen() {
    store.reset();
    database.reset();
    database = engine.Open(SentSchema());
    store = std::make_unique<SqlSentStore>(*database, clock);
  }

  Engine engine;
  SetClock clock;
  std::unique_ptr<sql::Database> database = engine.Open(SentSchema());
  std::unique_ptr<SqlSentStore> store = std::make_unique<SqlSentStore>(*database, clock);
};

TEMPLATE_TEST_CASE_METHOD(Desk, "one sends, and what was sent is known for 30 days", "[email]", STORE_ENGINES) {
  CHECK(this->Take().kind == Kind::kMine);
  CHECK(this->Take().kind == Kind::kHeld);
  CHECK(this->Take("<order-8@shop.test>").kind == Kind::kMine);
  this->MarkSent();
  CHECK(this->Take().kind == Kind::kSent);
  if (TestType::kDurable) {
    this->Reopen();
    CHECK(this->Take().kind == Kind::kSent);
  }
  this->clock.now += std::chrono::hours(24 * 30);
  CHECK(this->Take().kind == Kind::kSent);
  this->clock.now += std::chrono::milliseconds(1);
  CHECK(this->Take().kind == Kind::kMine);
}

TEMPLATE_TEST_CASE_METHOD(Desk, "a claim that was given up is free at once, one that was forgotten after its lease",
                          "[email]", STORE_ENGINES) {
  const Claim first = this->Take();
  CHECK(this->Release(first.number));
  CHECK_FALSE(this->Release(first.number + 1));
  const Claim second = this->Take();
  CHECK(second.kind == Kind::kMine);
  this->clock.now += kLease;
  CHECK(this->Take().kind == Kind::kHeld);
  this->clock.now += std::chrono::milliseconds(1);
  const Claim third = this->Take();
  CHECK(third.kind == Kind::kMine);
  CHECK_FALSE(this->Release(second.number));  // it wakes late
  CHECK(this->Take().kind == Kind::kHeld);
  this->MarkSent();  // by the second or the third: it has left
  CHECK_FALSE(this->Release(third.number));
  CHECK(this->Take().kind == Kind::kSent);
}

TEMPLATE_TEST_CASE_METHOD(Desk, "of claims at once one is mine", "[email]", STORE_ENGINES) {
  std::vector<std::thread> threads;
  std::atomic<int> mine{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto claim = this->Get(this->store->ClaimToSend(this->call, kId, kLease));
      if (claim.ok() && claim->kind == Kind::kMine) ++mine;
    });
  }
  for (std::thread& each : threads) each.join();
  CHECK(mine == 1);
}

TEMPLATE_TEST_CASE_METHOD(Desk, "old entries do not pile up", "[email]", STORE_ENGINES) {
  for (int i = 0; i < 30; ++i) {
    const std::string id = "<order-" + std::to_string(i) + "@shop.test>";
    this->Take(id);
    if (i % 2 == 0) this->MarkSent(id);
  }
  this->clock.now += std::chrono::hours(24 * 32);
  for (int i = 0; i < 3; ++i) this->Take("<order-new-" + std::to_string(i) + "@shop.test>");
  auto count = [](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
    sql::Rows rows = connection.Query("SELECT COUNT(*) FROM sent_mail");
    return rows.Next() ? rows.Integer(0) : -1;
  };
  CHECK(*this->Get(this->database->Read(this->call, std::move(count))) == 3);
}

}  // namespace
}  // namespace boutique::email
