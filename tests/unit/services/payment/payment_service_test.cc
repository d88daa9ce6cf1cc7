// SPDX-License-Identifier: Apache-2.0
#include "services/payment/payment_service.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <thread>

#include "platform/base/ids.h"
#include "platform/coro/spawn.h"
#include "services/payment/simulated_processor.h"
#include "services/payment/sqlite_charge_store.h"
#include "support/catch.h"
#include "support/loop_call.h"

namespace boutique::payment {
namespace {

constexpr char kKey[] = "0123456789abcdef";

// A bank with a file of its own.
class Bank {
 public:
  Bank() : folder_(std::filesystem::temp_directory_path() / ("payment-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(folder_);
    loop_.Start();
    call_ = rpc::Begin(loop_, std::chrono::seconds(30));
    Reopen();
  }
  ~Bank() {
    service_.reset();
    store_.reset();
    loop_.Stop();
    std::filesystem::remove_all(folder_);
  }
  void Reopen() {
    store_.reset();
    auto opened = SqliteChargeStore::Open(folder_ / "payments.db");
    REQUIRE_OK(opened);
    store_ = *std::move(opened);
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
    for (const auto& file : std::filesystem::directory_iterator(folder_)) all << std::ifstream(file.path()).rdbuf();
    return all.str();
  }

 private:
  const std::filesystem::path folder_;
  rpc::Loop loop_;
  rpc::CallContext call_;
  SimulatedProcessor processor_;
  std::unique_ptr<SqliteChargeStore> store_;
  std::unique_ptr<PaymentService> service_;
};

TEST_CASE_METHOD(Bank, "a charge has a random transaction id, a brand and four digits", "[payment]") {
  const auto charge = Charge();
  REQUIRE_OK(charge);
  CHECK(base::IsUuidV4(charge->transaction_id()));
  CHECK(charge->card_brand() == "visa");
  CHECK(charge->card_last_four() == "0454");
}

TEST_CASE_METHOD(Bank, "a repeat with the same key charges once", "[payment]") {
  const auto first = Charge();
  const auto second = Charge();
  REQUIRE_OK(second);
  CHECK(first->SerializeAsString() == second->SerializeAsString());
  auto other = Request();
  other.mutable_amount()->set_units(13);
  CHECK_CODE(Charge(other), kAlreadyExists);
  CHECK_CODE(Charge(Request(kKey, "5555555555554444")), kAlreadyExists);
}

TEST_CASE_METHOD(Bank, "concurrent repeats, on two loops, charge once", "[payment]") {
  testing::LoopCall other;
  std::vector<absl::StatusOr<pb::ChargeResponse>> answers(8, absl::UnknownError(""));
  {
    std::vector<std::jthread> callers;
    for (std::size_t i = 0; i < answers.size(); i += 2) {
      callers.emplace_back([&, i] { answers[i] = Charge(); });
      callers.emplace_back([&, i] { answers[i + 1] = Charge(other.call, Request()); });
    }
  }
  std::set<std::string> ids;
  for (const auto& answer : answers) {
    REQUIRE_OK(answer);
    ids.insert(answer->transaction_id());
  }
  CHECK(ids.size() == 1);
}

TEST_CASE_METHOD(Bank, "charges without a key are each their own", "[payment]") {
  CHECK(Charge(Request(""))->transaction_id() != Charge(Request(""))->transaction_id());
}

TEST_CASE_METHOD(Bank, "declined cards are declined for ever, with a sentence for the shopper", "[payment]") {
  const auto declined = Charge(Request(kKey, "4000 0000 0000 0002"));
  CHECK(declined.status() == absl::FailedPreconditionError("The card was declined. Please use another one."));
  CHECK(Charge(Request(kKey, "4000 0000 0000 0002")).status() == declined.status());
  CHECK(Get()->state() == pb::ChargeRecord::DECLINED);
  CHECK(Refund()->state() == pb::ChargeRecord::DECLINED);
  const auto poor = Charge(Request("another-key-0000", "4000000000009995"));
  CHECK(poor.status() == absl::FailedPreconditionError("The card has insufficient funds. Please use another one."));
}

TEST_CASE_METHOD(Bank, "a refunded charge stays refunded, and its key charges no more", "[payment]") {
  const auto charge = Charge();
  const auto refunded = Refund();
  REQUIRE_OK(refunded);
  CHECK(refunded->state() == pb::ChargeRecord::REFUNDED);
  CHECK(refunded->transaction_id() == charge->transaction_id());
  CHECK(refunded->amount().units() == 12);
  REQUIRE_OK(Refund());
  CHECK_CODE(Charge(), kFailedPrecondition);
}

TEST_CASE_METHOD(Bank, "a charge that is refunded before it is made never is", "[payment]") {
  const auto refunded = Refund();
  REQUIRE_OK(refunded);
  CHECK_FALSE(refunded->has_amount());
  CHECK_CODE(Charge(), kFailedPrecondition);
  CHECK(Get()->state() == pb::ChargeRecord::REFUNDED);
}

TEST_CASE_METHOD(Bank, "a restart finds every charge", "[payment]") {
  const auto charge = Charge();
  REQUIRE_OK(Refund("fedcba9876543210"));
  Reopen();
  const auto found = Get();
  REQUIRE_OK(found);
  CHECK(found->transaction_id() == charge->transaction_id());
  CHECK(found->state() == pb::ChargeRecord::STANDING);
  CHECK_CODE(Charge(Request("fedcba9876543210")), kFailedPrecondition);
}

TEST_CASE_METHOD(Bank, "D17: no card number is on the disk", "[payment]") {
  REQUIRE_OK(Charge());
  CHECK(EverythingOnDisk().find("4432801561520454") == std::string::npos);
  CHECK(EverythingOnDisk().find("0454") != std::string::npos);
}

TEST_CASE_METHOD(Bank, "D21: every bad field of a charge is an invalid argument that names it", "[payment]") {
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
    auto request = Request();
    spoil(request);
    const auto charge = Charge(request);
    INFO(field);
    CHECK_CODE(charge, kInvalidArgument);
    CHECK(std::string(charge.status().message()).rfind(field + ":", 0) == 0);
  }
  CHECK_CODE(Get("short"), kInvalidArgument);
  CHECK_CODE(Get(), kNotFound);
  CHECK_CODE(Refund("short"), kInvalidArgument);
}

}  // namespace
}  // namespace boutique::payment
