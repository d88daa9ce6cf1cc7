// SPDX-License-Identifier: Apache-2.0
// Charges that the first version of the schema kept, under today's program. Its text is repeated here as it was
// released.
#include "hipstershop/payment.grpc.pb.h"
#include "services/payment/charge_schema.h"
#include "services/payment/payment_module.h"
#include "services/payment/sql_charge_store.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/service_program.h"
#include "support/store_engines.h"

namespace boutique::payment {
namespace {

using testing::LoopCall;

const sql::Schema kFirst = {
    .name = "payments",
    .sqlite = {R"sql(
        CREATE TABLE charges (
          idempotency_key TEXT PRIMARY KEY,
          state INTEGER NOT NULL,
          transaction_id TEXT NOT NULL DEFAULT '',
          currency TEXT NOT NULL DEFAULT '',
          units INTEGER NOT NULL DEFAULT 0,
          nanos INTEGER NOT NULL DEFAULT 0,
          card_brand TEXT NOT NULL DEFAULT '',
          card_last_four TEXT NOT NULL DEFAULT '',
          fingerprint TEXT NOT NULL DEFAULT '',
          reason TEXT NOT NULL DEFAULT ''
        ) STRICT, WITHOUT ROWID;
      )sql"},
    .postgres = {R"sql(
        CREATE SCHEMA IF NOT EXISTS payments;
        CREATE TABLE charges (
          idempotency_key TEXT PRIMARY KEY,
          state BIGINT NOT NULL,
          transaction_id TEXT NOT NULL DEFAULT '',
          currency TEXT NOT NULL DEFAULT '',
          units BIGINT NOT NULL DEFAULT 0,
          nanos BIGINT NOT NULL DEFAULT 0,
          card_brand TEXT NOT NULL DEFAULT '',
          card_last_four TEXT NOT NULL DEFAULT '',
          fingerprint TEXT NOT NULL DEFAULT '',
          reason TEXT NOT NULL DEFAULT ''
        );
      )sql"},
};

// One that stands, one that was declined and one that was forbidden.
void KeepThree(LoopCall* on, sql::Database& database) {
  auto keep = [](sql::Connection& connection) -> absl::StatusOr<std::int64_t> {
    return connection.Execute(
        "INSERT INTO charges (idempotency_key, state, transaction_id, currency, units, nanos, card_brand, "
        "card_last_four, fingerprint, reason) VALUES "
        "('the-key-of-one-that-stands', 1, '8b0a5a0e', 'USD', 12, 990000000, 'visa', '0454', 'f00d', ''), "
        "('the-key-of-one-declined', 2, '', 'EUR', 5, 0, 'mastercard', '4444', 'beef', 'the card was declined'), "
        "('the-key-of-one-forbidden', 3, '', '', 0, 0, '', '', '', '')");
  };
  const auto kept = on->Get(database.Write(on->call, std::move(keep)));
  REQUIRE_OK(kept);
  REQUIRE(*kept == 3);
}

template <typename Engine>
struct OldCharges : LoopCall {
  Engine engine;
};

TEMPLATE_TEST_CASE_METHOD(OldCharges, "charges of the first version are there, and go on", "[payment]",
                          testing::SqliteInFile, testing::Postgres) {
  KeepThree(this, *this->engine.Open(kFirst));
  const auto database = this->engine.Open(ChargeSchema());
  SqlChargeStore store(*database);
  const auto stands = this->Get(store.Get(this->call, "the-key-of-one-that-stands"));
  REQUIRE_OK(stands);
  CHECK(stands->record.state() == pb::ChargeRecord::STANDING);
  CHECK(stands->record.transaction_id() == "8b0a5a0e");
  CHECK(stands->record.amount().currency_code() == "USD");
  CHECK(stands->record.amount().units() == 12);
  CHECK(stands->record.amount().nanos() == 990000000);
  CHECK(stands->record.card_last_four() == "0454");
  CHECK(stands->fingerprint == "f00d");
  CHECK(stands->attempt.empty());
  CHECK(stands->attempted_at_ms == 0);
  const auto declined = this->Get(store.Get(this->call, "the-key-of-one-declined"));
  REQUIRE_OK(declined);
  CHECK(declined->record.state() == pb::ChargeRecord::DECLINED);
  CHECK(declined->reason == "the card was declined");
  // A key that was used stays so.
  const auto forbidden = this->Get(store.Keep(this->call, [] {
    KeptCharge charge;
    charge.record.set_idempotency_key("the-key-of-one-forbidden");
    charge.record.set_state(pb::ChargeRecord::STANDING);
    return charge;
  }()));
  REQUIRE_OK(forbidden);
  CHECK(forbidden->record.state() == pb::ChargeRecord::REFUNDED);
  const auto refunded = this->Get(store.Refund(this->call, "the-key-of-one-that-stands", ""));
  REQUIRE_OK(refunded);
  CHECK(refunded->record.state() == pb::ChargeRecord::REFUNDED);
}

struct OldFile : LoopCall, testing::TemporaryFolder {};

TEST_CASE_METHOD(OldFile, "today's program opens a payments.db of the first version", "[payment]") {
  {
    auto opened = sqlite::Database::Open(File("payments.db"), kFirst.sqlite);
    REQUIRE_OK(opened);
    KeepThree(this, **opened);
  }
  // And again, when it has made of it what it is today.
  for (int start = 0; start < 2; ++start) {
    testing::ServiceProgram<PaymentModule, pb::PaymentService> program(path());
    REQUIRE(program.problems.empty());
    pb::GetChargeRequest request;
    request.set_idempotency_key("the-key-of-one-that-stands");
    pb::ChargeRecord record;
    REQUIRE(program.Call(&pb::PaymentService::Stub::GetCharge, request, &record).ok());
    CHECK(record.state() == pb::ChargeRecord::STANDING);
    CHECK(record.amount().units() == 12);
  }
}

}  // namespace
}  // namespace boutique::payment
