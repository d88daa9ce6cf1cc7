// SPDX-License-Identifier: Apache-2.0
// The payment service as a program: across a restart, with data that it cannot use, and on a full disk.
#include "services/payment/payment_module.h"

#include <fstream>

#include "hipstershop/payment.grpc.pb.h"
#include "stripe_stand_in.h"
#include "support/catch.h"
#include "support/full_disk.h"
#include "support/service_program.h"
#include "support/temporary_folder.h"
#include "unit/platform/runtime/environment.h"

namespace boutique::payment {
namespace {

namespace pb = ::hipstershop;
using Health = grpc::health::v1::HealthCheckResponse;
using Program = testing::ServiceProgram<PaymentModule, pb::PaymentService>;
using Stub = pb::PaymentService::Stub;

pb::ChargeRequest TwelveDollars() {
  pb::ChargeRequest request;
  request.set_idempotency_key("key-0123456789abcdef");
  request.mutable_amount()->set_currency_code("USD");
  request.mutable_amount()->set_units(12);
  request.mutable_credit_card()->set_credit_card_number("4432-8015-6152-0454");
  request.mutable_credit_card()->set_credit_card_cvv(672);
  request.mutable_credit_card()->set_credit_card_expiration_year(9999);
  request.mutable_credit_card()->set_credit_card_expiration_month(1);
  return request;
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a restarted payment service finds its charges", "[payment]") {
  pb::ChargeResponse first_answer;
  {
    Program first(path());
    REQUIRE(first.problems.empty());
    REQUIRE(first.Call(&Stub::Charge, TwelveDollars(), &first_answer).ok());
  }
  Program second(path());
  REQUIRE(second.problems.empty());
  pb::ChargeResponse second_answer;
  REQUIRE(second.Call(&Stub::Charge, TwelveDollars(), &second_answer).ok());
  CHECK(second_answer.transaction_id() == first_answer.transaction_id());
}

TEST_CASE_METHOD(testing::TemporaryFolder, "payments.db that is no database stops the start with one line",
                 "[payment]") {
  std::ofstream(File("payments.db")) << std::string(4096, 'x');
  Program program(path());
  REQUIRE(program.problems.size() == 1);
  CHECK(program.problems[0] == absl::FailedPreconditionError(File("payments.db") + ": is not a SQLite database"));
}

TEST_CASE_METHOD(testing::TemporaryFolder,
                 "D13: on a full disk nothing is charged, and the payment service is not ready", "[payment]") {
  Program program(path());
  REQUIRE(program.problems.empty());
  REQUIRE(program.Becomes(Health::SERVING));
  pb::ChargeResponse charged;
  pb::GetChargeRequest get;
  get.set_idempotency_key("key-0123456789abcdef");
  pb::ChargeRecord record;
  {
    const testing::FullDisk full;
    CHECK(program.Call(&Stub::Charge, TwelveDollars(), &charged).error_code() == grpc::StatusCode::UNAVAILABLE);
    CHECK(program.Becomes(Health::NOT_SERVING));
    CHECK(program.Call(&Stub::GetCharge, get, &record).error_code() == grpc::StatusCode::NOT_FOUND);
  }
  CHECK(program.Becomes(Health::SERVING));
  CHECK(program.Call(&Stub::Charge, TwelveDollars(), &charged).ok());
}

TEST_CASE_METHOD(testing::TemporaryFolder, "with a key the payment service charges at Stripe", "[payment][stripe]") {
  StripeStandIn stripe;
  const runtime::Environment key("STRIPE_API_KEY", StripeStandIn::key());
  Program program(path(), {"--stripe-api-base=" + stripe.base()});
  REQUIRE(program.problems.empty());
  auto request = TwelveDollars();
  request.mutable_credit_card()->set_credit_card_number("5555-5555-5555-4444");
  pb::ChargeResponse charged;
  REQUIRE(program.Call(&Stub::Charge, request, &charged).ok());
  CHECK(charged.card_brand() == "mastercard");
  CHECK(stripe.Only().charges == 1);
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a live key stops the start with one line, without the key",
                 "[payment][stripe]") {
  const runtime::Environment key("STRIPE_API_KEY", "sk_live_abc123");
  Program program(path());
  REQUIRE(program.problems.size() == 1);
  CHECK(std::string(program.problems[0].message()).starts_with("STRIPE_API_KEY: is a live key"));
  CHECK(std::string(program.problems[0].message()).find("abc123") == std::string::npos);
}

}  // namespace
}  // namespace boutique::payment
