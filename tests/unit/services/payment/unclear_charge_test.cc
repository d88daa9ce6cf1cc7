// SPDX-License-Identifier: Apache-2.0
// What a charge answers when its record fails after the money may have moved.
#include <utility>

#include "platform/storage/sqlite/database.h"
#include "services/payment/charge_schema.h"
#include "services/payment/payment_service.h"
#include "services/payment/sql_charge_store.h"
#include "support/catch.h"
#include "support/loop_call.h"

namespace boutique::payment {
namespace {

constexpr char kKey[] = "0123456789abcdef";

// A store whose write has its effect, or none, and fails.
class FailingStore final : public ChargeStore {
 public:
  explicit FailingStore(ChargeStore& real) : real_(real) {}

  rpc::Reply<KeptCharge> Keep(const rpc::CallContext& call, KeptCharge charge) override {
    return Fail(real_.Keep(call, std::move(charge)), fails_keep);
  }
  rpc::Reply<KeptCharge> Get(const rpc::CallContext& call, std::string key) override {
    return real_.Get(call, std::move(key));
  }
  rpc::Reply<KeptCharge> Settle(const rpc::CallContext& call, std::string key, pb::ChargeRecord::State state,
                                std::string reason) override {
    return Fail(real_.Settle(call, std::move(key), state, std::move(reason)), fails_settle);
  }
  rpc::Reply<KeptCharge> Refund(const rpc::CallContext& call, std::string key, std::string given_back) override {
    return real_.Refund(call, std::move(key), std::move(given_back));
  }

  absl::Status failure = absl::OkStatus();
  bool fails_keep = false;
  bool fails_settle = false;
  bool has_effect = false;

 private:
  rpc::Reply<KeptCharge> Fail(rpc::Reply<KeptCharge> real, bool fails) {
    if (fails && !has_effect) co_return failure;
    auto done = co_await std::move(real);
    if (fails) co_return failure;
    co_return std::move(done);
  }

  ChargeStore& real_;
};

// Moves the money when it is told to confirm.
class TwoStepProcessor final : public PaymentProcessor {
 public:
  rpc::Reply<Payment> Begin(const rpc::CallContext&, const std::string&, const base::Money&, const Card&) override {
    co_return Attempt(Payment::State::kOpen);
  }
  rpc::Reply<Payment> Confirm(const rpc::CallContext&, std::string, std::string) override {
    ++moved;
    co_return Attempt(Payment::State::kStanding);
  }
  rpc::Reply<Payment> Read(const rpc::CallContext&, std::string) override {
    co_return Attempt(moved > 0 ? Payment::State::kStanding : Payment::State::kOpen);
  }
  int moved = 0;

 private:
  static Payment Attempt(Payment::State state) {
    Payment payment;
    payment.state = state;
    payment.id = "attempt";
    return payment;
  }
};

struct Bank : testing::LoopCall {
  absl::StatusOr<pb::ChargeResponse> Charge() {
    pb::ChargeRequest request;
    request.set_idempotency_key(kKey);
    request.mutable_amount()->set_currency_code("EUR");
    request.mutable_amount()->set_units(12);
    auto* const card = request.mutable_credit_card();
    card->set_credit_card_number("4432801561520454");
    card->set_credit_card_cvv(672);
    card->set_credit_card_expiration_year(2096);
    card->set_credit_card_expiration_month(1);
    return Get(service.Charge(call, request));
  }
  absl::StatusOr<pb::ChargeRecord> Find() {
    pb::GetChargeRequest request;
    request.set_idempotency_key(kKey);
    return Get(service.GetCharge(call, request));
  }

  std::unique_ptr<sqlite::Database> database = sqlite::Database::Open(":memory:", ChargeSchema().sqlite).value();
  SqlChargeStore real{*database};
  FailingStore store{real};
  TwoStepProcessor processor;
  PaymentService service{store, processor};
};

TEST_CASE("a charge whose record fails is unclear, whatever the failure is called", "[payment]") {
  for (const absl::StatusCode code : {absl::StatusCode::kResourceExhausted, absl::StatusCode::kInternal,
                                      absl::StatusCode::kFailedPrecondition, absl::StatusCode::kDataLoss}) {
    for (const bool has_effect : {false, true}) {
      CAPTURE(absl::StatusCodeToString(code), has_effect);
      Bank bank;
      bank.store.failure = absl::Status(code, "the queue of the database is full");
      bank.store.has_effect = has_effect;
      bank.store.fails_settle = true;
      CHECK_CODE(bank.Charge(), kUnavailable);
      CHECK(bank.processor.moved == 1);
      bank.store.fails_settle = false;
      const auto found = bank.Find();
      REQUIRE_OK(found);
      CHECK(found->state() == pb::ChargeRecord::STANDING);

      Bank other;
      other.store.failure = bank.store.failure;
      other.store.has_effect = has_effect;
      other.store.fails_keep = true;
      CHECK_CODE(other.Charge(), kUnavailable);
      CHECK(other.processor.moved == 0);
      CHECK_CODE(other.Find(), kNotFound);
    }
  }
}

}  // namespace
}  // namespace boutique::payment
