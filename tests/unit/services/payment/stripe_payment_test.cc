// SPDX-License-Identifier: Apache-2.0
// The payment service with Stripe behind it: whatever is dropped, repeated or refused, and wherever the service ends.
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "platform/coro/spawn.h"
#include "services/payment/charge_schema.h"
#include "services/payment/payment_service.h"
#include "services/payment/simulated_processor.h"
#include "services/payment/sql_charge_store.h"
#include "services/payment/stripe_processor.h"
#include "stripe_stand_in.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/store_engines.h"

namespace boutique::payment {
namespace {

using Fault = StripeStandIn::Fault;

constexpr char kKey[] = "0123456789abcdef";

class SetClock final : public base::Clock {
 public:
  std::chrono::system_clock::time_point Now() const override { return now; }
  std::chrono::system_clock::time_point now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21);
};

// A bank whose money is at Stripe.
template <typename Engine>
class StripeBank : public testing::LoopCall {
 public:
  StripeBank() { Restart(); }
  ~StripeBank() { Stop(); }
  // The service ends, whatever it was about to do, and another one begins with the same store.
  void Restart() {
    Stop();
    database_ = engine_.Open(ChargeSchema());
    store_ = std::make_unique<SqlChargeStore>(*database_);
    http_ = std::make_unique<curl::HttpClient>();
    processor_ = std::make_unique<StripeProcessor>(*http_, StripeOptions{.key = stripe.key(), .base = stripe.base()});
    service_ = std::make_unique<PaymentService>(*store_, *processor_, clock);
  }
  static pb::ChargeRequest Request(const std::string& number = "4242 4242 4242 4242", int units = 12) {
    pb::ChargeRequest request;
    request.set_idempotency_key(kKey);
    request.mutable_amount()->set_currency_code("EUR");
    request.mutable_amount()->set_units(units);
    request.mutable_amount()->set_nanos(340000000);
    request.mutable_credit_card()->set_credit_card_number(number);
    request.mutable_credit_card()->set_credit_card_cvv(672);
    request.mutable_credit_card()->set_credit_card_expiration_year(2096);
    request.mutable_credit_card()->set_credit_card_expiration_month(1);
    return request;
  }
  absl::StatusOr<pb::ChargeResponse> Charge(const pb::ChargeRequest& request = Request()) {
    return coro::SyncWait(service_->Charge(call, request));
  }
  absl::StatusOr<pb::ChargeRecord> Find() {
    pb::GetChargeRequest request;
    request.set_idempotency_key(kKey);
    return coro::SyncWait(service_->GetCharge(call, request));
  }
  absl::StatusOr<pb::ChargeRecord> Refund() {
    pb::RefundRequest request;
    request.set_idempotency_key(kKey);
    return coro::SyncWait(service_->Refund(call, request));
  }
  // Neither has nor will have money that is not on record.
  bool NothingIsKept() const {
    for (const auto& [id, intent] : stripe.Intents()) {
      if (intent.charges > 0 && !intent.refunded) return false;
    }
    return true;
  }

  StripeStandIn stripe;
  SetClock clock;

 private:
  void Stop() {
    service_.reset();
    processor_.reset();
    http_.reset();
    store_.reset();
    database_.reset();
  }

  Engine engine_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<SqlChargeStore> store_;
  std::unique_ptr<curl::HttpClient> http_;
  std::unique_ptr<StripeProcessor> processor_;
  std::unique_ptr<PaymentService> service_;
};

#define STRIPE_TEST(name) \
  TEMPLATE_TEST_CASE_METHOD(StripeBank, name, "[payment][stripe]", testing::SqliteInFile, testing::Postgres)

STRIPE_TEST("Stripe charges a test card once, by an intent of the right amount, and never sees its number") {
  const auto charge = this->Charge();
  REQUIRE_OK(charge);
  CHECK(charge->transaction_id() == "pi_1");
  CHECK(charge->card_last_four() == "4242");
  CHECK(this->Charge()->transaction_id() == "pi_1");
  const auto intent = this->stripe.Only();
  CHECK(intent.charges == 1);
  CHECK(intent.amount == "1234");
  CHECK(intent.currency == "eur");
  CHECK(intent.payment_method == "pm_card_visa");
  CHECK(this->stripe.Heard().find("4242") == std::string::npos);
  CHECK(this->stripe.Heard().find("672") == std::string::npos);
  CHECK(this->stripe.Seen("read") == 0);
  CHECK_CODE(this->Charge(this->Request("4242 4242 4242 4242", 13)), kAlreadyExists);
}

STRIPE_TEST("a decline of Stripe's is final, with a sentence for the shopper") {
  const auto poor = this->Charge(this->Request("4000000000009995"));
  CHECK(poor.status() == absl::FailedPreconditionError("The card has insufficient funds. Please use another one."));
  CHECK(this->Charge(this->Request("4000000000009995")).status() == poor.status());
  CHECK(this->Find()->state() == pb::ChargeRecord::DECLINED);
  CHECK(this->Refund()->state() == pb::ChargeRecord::DECLINED);
  CHECK(this->stripe.Seen("confirm") == 1);
}

STRIPE_TEST("a decline whose answer was lost is read") {
  this->stripe.Next("confirm", {Fault::kDropDone});
  const auto declined = this->Charge(this->Request("4000000000000002"));
  CHECK(declined.status() == absl::FailedPreconditionError("The card was declined. Please use another one."));
}

STRIPE_TEST("a card that is none of Stripe's test cards is refused, and Stripe hears nothing") {
  const auto refused = this->Charge(this->Request("4432801561520454"));
  CHECK_CODE(refused, kInvalidArgument);
  CHECK(std::string(refused.status().message()).starts_with("credit_card.credit_card_number: only Stripe's test cards"));
  CHECK(this->stripe.Heard().empty());
  CHECK_CODE(this->Charge(this->Request("4242424242424242", -1)), kInvalidArgument);
}

STRIPE_TEST("an amount that Stripe finds too small names the field") {
  auto request = this->Request("4242424242424242", 0);
  CHECK_CODE(this->Charge(request), kInvalidArgument);
  CHECK_CODE(this->Find(), kNotFound);
}

STRIPE_TEST("D2: lost before the id was on record: the same intent, and one charge") {
  this->stripe.Next("create", {Fault::kDropDone});
  CHECK_CODE(this->Charge(), kUnavailable);
  CHECK_CODE(this->Find(), kNotFound);
  this->Restart();
  REQUIRE_OK(this->Charge());
  CHECK(this->stripe.Only().charges == 1);
}

STRIPE_TEST("D2: lost between the id's record and the confirmation: nothing is charged, and a repeat charges once") {
  this->stripe.Next("confirm", {Fault::kDropUnseen, Fault::kDropUnseen});
  this->stripe.Next("read", {Fault::kBusy});
  CHECK_CODE(this->Charge(), kUnavailable);
  this->Restart();
  this->stripe.Next("confirm", {});
  CHECK_CODE(this->Find(), kNotFound);
  CHECK(this->stripe.Only().charges == 0);
  REQUIRE_OK(this->Charge());
  CHECK(this->stripe.Only().charges == 1);
  CHECK(this->Find()->state() == pb::ChargeRecord::STANDING);
}

STRIPE_TEST("D1: lost between confirmation and record: the charge is found by its id") {
  this->stripe.Next("confirm", {Fault::kDropDone, Fault::kDropDone});
  this->stripe.Next("read", {Fault::kBusy, Fault::kDropUnseen, Fault::kDropUnseen});
  CHECK_CODE(this->Charge(), kUnavailable);
  this->Restart();
  this->stripe.Next("read", {Fault::kBusy});
  CHECK_CODE(this->Find(), kUnavailable);
  const auto found = this->Find();
  REQUIRE_OK(found);
  CHECK(found->state() == pb::ChargeRecord::STANDING);
  CHECK(found->transaction_id() == "pi_1");
  REQUIRE_OK(this->Charge());
  CHECK(this->stripe.Only().charges == 1);
}

STRIPE_TEST("while Stripe is still charging nobody is told that it is not") {
  this->stripe.Next("confirm", {Fault::kBusy});
  CHECK_CODE(this->Charge(), kUnavailable);
  this->stripe.Put("processing");
  CHECK_CODE(this->Find(), kUnavailable);
  CHECK_CODE(this->Refund(), kUnavailable);
  this->stripe.Put("succeeded");
  CHECK(this->Find()->state() == pb::ChargeRecord::STANDING);
}

STRIPE_TEST("D1: what stands is refunded at Stripe before it is recorded, once") {
  REQUIRE_OK(this->Charge());
  this->stripe.Next("refund", {Fault::kDropUnseen, Fault::kDropUnseen});
  CHECK_CODE(this->Refund(), kUnavailable);
  CHECK(this->Find()->state() == pb::ChargeRecord::STANDING);
  this->stripe.Next("refund", {Fault::kDropDone, Fault::kDropDone});
  (void)this->Refund();
  this->Restart();
  this->stripe.Next("refund", {});
  CHECK(this->Refund()->state() == pb::ChargeRecord::REFUNDED);
  CHECK(this->Refund()->state() == pb::ChargeRecord::REFUNDED);
  CHECK(this->NothingIsKept());
  CHECK_CODE(this->Charge(), kFailedPrecondition);
}

STRIPE_TEST("D1: a refund that Stripe cannot make now is made when it can, not a day later") {
  REQUIRE_OK(this->Charge());
  this->stripe.Next("refund", {Fault::kPoor, Fault::kBroken});
  CHECK_FALSE(this->Refund().ok());
  CHECK(this->Find()->state() == pb::ChargeRecord::STANDING);
  CHECK_CODE(this->Refund(), kUnavailable);
  const auto refunded = this->Refund();
  REQUIRE_OK(refunded);
  CHECK(refunded->state() == pb::ChargeRecord::REFUNDED);
  CHECK(this->NothingIsKept());
}

STRIPE_TEST("going back cancels what was begun, and it is never charged") {
  this->stripe.Next("confirm", {Fault::kBusy});
  CHECK_CODE(this->Charge(), kUnavailable);
  this->stripe.Next("cancel", {Fault::kDropDone, Fault::kDropDone});
  CHECK(this->Refund()->state() == pb::ChargeRecord::REFUNDED);
  CHECK(this->stripe.Only().status == "canceled");
  CHECK_CODE(this->Charge(), kFailedPrecondition);
  CHECK(this->stripe.Only().charges == 0);
}

STRIPE_TEST("a cancellation that was not recorded is found, and the key charges no more") {
  this->stripe.Next("confirm", {Fault::kBusy});
  CHECK_CODE(this->Charge(), kUnavailable);
  this->stripe.Put("canceled");
  CHECK(this->Find()->state() == pb::ChargeRecord::REFUNDED);
  CHECK_CODE(this->Charge(), kFailedPrecondition);
}

STRIPE_TEST("a confirmation that is under way when it is called back is refunded") {
  this->stripe.Next("confirm", {Fault::kHold});
  std::thread charging([this] { CHECK_CODE(this->Charge(), kFailedPrecondition); });
  while (this->stripe.Seen("confirm") == 0) std::this_thread::yield();
  CHECK(this->Refund()->state() == pb::ChargeRecord::REFUNDED);
  this->stripe.Release();
  charging.join();
  CHECK(this->NothingIsKept());
  CHECK(this->Find()->state() == pb::ChargeRecord::REFUNDED);
}

STRIPE_TEST("a key that was given back before it was charged is no payment at Stripe") {
  REQUIRE_OK(this->Refund());
  CHECK_CODE(this->Charge(), kFailedPrecondition);
  CHECK(this->stripe.Heard().empty());
}

STRIPE_TEST("a payment that was begun when its key was given back is cancelled at Stripe") {
  this->stripe.Next("create", {Fault::kHold});
  // What becomes of it there changes no word about the charge.
  const bool is_busy = GENERATE(false, true);
  if (is_busy) this->stripe.Next("cancel", {Fault::kBusy});
  absl::StatusOr<pb::ChargeResponse> charged = absl::UnknownError("");
  std::thread charging([&] { charged = this->Charge(); });
  while (this->stripe.Seen("create") == 0) std::this_thread::yield();
  const auto forbidden = this->Refund();
  this->stripe.Release();
  charging.join();
  CHECK_CODE(charged, kFailedPrecondition);
  REQUIRE_OK(forbidden);
  CHECK(forbidden->transaction_id().empty());
  CHECK(this->stripe.Only().status == (is_busy ? "requires_confirmation" : "canceled"));
  CHECK(this->stripe.Only().charges == 0);
}

STRIPE_TEST("an attempt of more than twelve hours is only read, and given back if it was never confirmed") {
  this->stripe.Next("confirm", {Fault::kBusy});
  CHECK_CODE(this->Charge(), kUnavailable);
  this->clock.now += std::chrono::hours(13);
  CHECK_CODE(this->Charge(), kFailedPrecondition);
  CHECK(this->stripe.Seen("confirm") == 1);
  CHECK(this->stripe.Only().status == "canceled");
}

STRIPE_TEST("an old attempt that was charged stands") {
  this->stripe.Next("confirm", {Fault::kDropDone, Fault::kDropDone});
  this->stripe.Next("read", {Fault::kBusy});
  CHECK_CODE(this->Charge(), kUnavailable);
  const int confirmed = this->stripe.Seen("confirm");
  this->clock.now += std::chrono::hours(13);
  REQUIRE_OK(this->Charge());
  CHECK(this->stripe.Seen("confirm") == confirmed);
}

STRIPE_TEST("concurrent charges with one key are one intent and one charge") {
  std::vector<absl::StatusOr<pb::ChargeResponse>> answers(6, absl::UnknownError(""));
  std::vector<std::thread> callers;
  for (auto& answer : answers) callers.emplace_back([this, &answer] { answer = this->Charge(); });
  for (std::thread& caller : callers) caller.join();
  for (const auto& answer : answers) REQUIRE_OK(answer);
  CHECK(this->stripe.Only().charges == 1);
}

TEST_CASE("a charge that was simulated is given back without Stripe, and Stripe's not without Stripe", "[payment]") {
  StripeBank<testing::SqliteInMemory> bank;
  CHECK_CODE(coro::SyncWait(SimulatedProcessor().GiveBack(bank.call, "pi_1")), kUnavailable);
}

TEST_CASE("a Stripe that refuses the key is told without the key", "[payment]") {
  testing::LoopCall on;
  StripeStandIn stripe;
  curl::HttpClient http;
  StripeProcessor processor(http, {.key = "sk_test_wrong", .base = stripe.base()});
  const Card card{.number = "4242424242424242", .brand = "visa", .last_four = "4242"};
  const base::Money amount{"EUR", 1, 0};
  const std::string key = kKey;
  const auto refused = coro::SyncWait(processor.Begin(on.call, key, amount, card));
  CHECK(refused.status() == absl::UnavailableError("the payment processor refuses its key"));
}

}  // namespace
}  // namespace boutique::payment
