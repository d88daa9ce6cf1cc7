// SPDX-License-Identifier: Apache-2.0
#include "services/payment/payment_service.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <thread>

#include "platform/base/ids.h"
#include "platform/coro/spawn.h"
#include "services/payment/charge_schema.h"
#include "services/payment/simulated_processor.h"
#include "services/payment/sql_charge_store.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/store_engines.h"

namespace boutique::payment {
namespace {

constexpr char kKey[] = "0123456789abcdef";

// A bank with a database of its own.
template <typename Engine>
class Bank {
 public:
  Bank() {
    loop_.Start();
    call_ = rpc::Begin(loop_, std::chrono::seconds(30));
    Reopen();
  }
  ~Bank() {
    Close();
    loop_.Stop();
  }
  void Close() {
    service_.reset();
    store_.reset();
    database_.reset();
  }
  void Reopen() {
    Close();
    database_ = engine_.Open(ChargeSchema());
    store_ = std::make_unique<SqlChargeStore>(*database_);
    service_ = std::make_unique<PaymentService>(*store_, processor_);
  }

  static pb::ChargeRequest Request(const std::string& key = kKey, const std::string& number = "4432801561520454") {
    pb::ChargeRequest request;
    request.set_idempotency_key(key);
    request.mutable_amount()->set_currency_code("EUR");
    request.mutable_amount()->set_units(12);
    request.mutable_amount()->set_nanos(340000000);
    request.mutable_credit_card()->set_credit_card_number(number);
    request.mutable_credit_card()->set_credit_card_cvv(672);
    request.mutable_credit_card()->set_credit_card_expiration_year(2096);
    request.mutable_credit_card()->set_credit_card_expiration_month(1);
    return request;
  }
  absl::StatusOr<pb::ChargeResponse> Charge(const pb::ChargeRequest& request = Request()) {
    return Charge(call_, request);
  }
  absl::StatusOr<pb::ChargeResponse> Charge(const rpc::CallContext& call, const pb::ChargeRequest& request) {
    return coro::SyncWait(service_->Charge(call, request));
  }
  absl::StatusOr<pb::ChargeRecord> Get(const std::string& key = kKey) {
    pb::GetChargeRequest request;
    request.set_idempotency_key(key);
    return coro::SyncWait(service_->GetCharge(call_, request));
  }
  absl::StatusOr<pb::ChargeRecord> Refund(const std::string& key = kKey) {
    pb::RefundRequest request;
    request.set_idempotency_key(key);
    return coro::SyncWait(service_->Refund(call_, request));
  }
  std::string EverythingOnDisk() const {
    std::ostringstream all;
    for (const auto& file : std::filesystem::directory_iterator(engine_.folder.path())) {
      all << std::ifstream(file.path()).rdbuf();
    }
    return all.str();
  }

 private:
  Engine engine_;
  rpc::Loop loop_;
  rpc::CallContext call_;
  SimulatedProcessor processor_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<SqlChargeStore> store_;
  std::unique_ptr<PaymentService> service_;
};

TEMPLATE_TEST_CASE_METHOD(Bank, "a charge has a random transaction id, a brand and four digits",
                          "[payment]", STORE_ENGINES) {
  const auto charge = this->Charge();
  REQUIRE_OK(charge);
  CHECK(base::IsUuidV4(charge->transaction_id()));
  CHECK(charge->card_brand() == "visa");
  CHECK(charge->card_last_four() == "0454");
}

TEMPLATE_TEST_CASE_METHOD(Bank, "a repeat with the same key charges once", "[payment]", STORE_ENGINES) {
  const auto first = this->Charge();
  const auto second = this->Charge();
  REQUIRE_OK(second);
  CHECK(first->SerializeAsString() == second->SerializeAsString());
  auto other = this->Request();
  other.mutable_amount()->set_units(13);
  CHECK_CODE(this->Charge(other), kAlreadyExists);
  CHECK_CODE(this->Charge(this->Request(kKey, "5555555555554444")), kAlreadyExists);
}

TEMPLATE_TEST_CASE_METHOD(Bank, "concurrent repeats, on two loops, charge once", "[payment]", STORE_ENGINES) {
  testing::LoopCall other;
  std::vector<absl::StatusOr<pb::ChargeResponse>> answers(8, absl::UnknownError(""));
  {
    std::vector<std::jthread> callers;
    for (std::size_t i = 0; i < answers.size(); i += 2) {
      callers.emplace_back([&, i] { answers[i] = this->Charge(); });
      callers.emplace_back([&, i] { answers[i + 1] = this->Charge(other.call, this->Request()); });
    }
  }
  std::set<std::string> ids;
  for (const auto& answer : answers) {
    REQUIRE_OK(answer);
    ids.insert(answer->transaction_id());
  }
  CHECK(ids.size() == 1);
}

TEMPLATE_TEST_CASE_METHOD(Bank, "charges without a key are each their own", "[payment]", STORE_ENGINES) {
  CHECK(this->Charge(this->Request(""))->transaction_id() != this->Charge(this->Request(""))->transaction_id());
}

TEMPLATE_TEST_CASE_METHOD(Bank, "declined cards are declined for ever, with a sentence for the shopper",
                          "[payment]", STORE_ENGINES) {
  const auto declined = this->Charge(this->Request(kKey, "4000 0000 0000 0002"));
  CHECK(declined.status() == absl::FailedPreconditionError("The card was declined. Please use another one."));
  CHECK(this->Charge(this->Request(kKey, "4000 0000 0000 0002")).status() == declined.status());
  CHECK(this->Get()->state() == pb::ChargeRecord::DECLINED);
  CHECK(this->Refund()->state() == pb::ChargeRecord::DECLINED);
  const auto poor = this->Charge(this->Request("another-key-0000", "4000000000009995"));
  CHECK(poor.status() == absl::FailedPreconditionError("The card has insufficient funds. Please use another one."));
}

TEMPLATE_TEST_CASE_METHOD(Bank, "a refunded charge stays refunded, and its key charges no more",
                          "[payment]", STORE_ENGINES) {
  const auto charge = this->Charge();
  const auto refunded = this->Refund();
  REQUIRE_OK(refunded);
  CHECK(refunded->state() == pb::ChargeRecord::REFUNDED);
  CHECK(refunded->transaction_id() == charge->transaction_id());
  CHECK(refunded->amount().units() == 12);
  REQUIRE_OK(this->Refund());
  CHECK_CODE(this->Charge(), kFailedPrecondition);
}

TEMPLATE_TEST_CASE_METHOD(Bank, "a charge that is refunded before it is made never is", "[payment]", STORE_ENGINES) {
  const auto refunded = this->Refund();
  REQUIRE_OK(refunded);
  CHECK_FALSE(refunded->has_amount());
  CHECK_CODE(this->Charge(), kFailedPrecondition);
  CHECK(this->Get()->state() == pb::ChargeRecord::REFUNDED);
}

TEMPLATE_TEST_CASE_METHOD(Bank, "a restart finds every charge", "[payment]", STORE_ENGINES) {
  const auto charge = this->Charge();
  REQUIRE_OK(this->Refund("fedcba9876543210"));
  this->Reopen();
  if (!TestType::kDurable) return;
  const auto found = this->Get();
  REQUIRE_OK(found);
  CHECK(found->transaction_id() == charge->transaction_id());
  CHECK(found->state() == pb::ChargeRecord::STANDING);
  CHECK_CODE(this->Charge(this->Request("fedcba9876543210")), kFailedPrecondition);
}

TEST_CASE_METHOD(Bank<testing::SqliteInFile>, "D17: no card number is on the disk", "[payment]") {
  REQUIRE_OK(this->Charge());
  CHECK(this->EverythingOnDisk().find("4432801561520454") == std::string::npos);
  CHECK(this->EverythingOnDisk().find("0454") != std::string::npos);
}

TEMPLATE_TEST_CASE_METHOD(Bank, "D21: every bad field of a charge is an invalid argument that names it",
                          "[payment]", STORE_ENGINES) {
  using Spoil = std::function<void(pb::ChargeRequest&)>;
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"amount", [](auto& r) { r.clear_amount(); }},
      {"amount.currency_code", [](auto& r) { r.mutable_amount()->set_currency_code("euro"); }},
      {"amount.nanos", [](auto& r) { r.mutable_amount()->set_nanos(1000000000); }},
      {"amount.nanos", [](auto& r) { r.mutable_amount()->set_nanos(-1); }},
      {"amount",
       [](auto& r) {
         r.mutable_amount()->set_units(-12);
         r.mutable_amount()->set_nanos(0);
       }},
      {"credit_card", [](auto& r) { r.clear_credit_card(); }},
      {"credit_card.credit_card_number", [](auto& r) { r.mutable_credit_card()->clear_credit_card_number(); }},
      {"idempotency_key", [](auto& r) { r.set_idempotency_key("short"); }},
  };
  for (const auto& [field, spoil] : cases) {
    auto request = this->Request();
    spoil(request);
    const auto charge = this->Charge(request);
    INFO(field);
    CHECK_CODE(charge, kInvalidArgument);
    CHECK(std::string(charge.status().message()).rfind(field + ":", 0) == 0);
  }
  CHECK_CODE(this->Get("short"), kInvalidArgument);
  CHECK_CODE(this->Get(), kNotFound);
  CHECK_CODE(this->Refund("short"), kInvalidArgument);
}

}  // namespace
}  // namespace boutique::payment
