// SPDX-License-Identifier: Apache-2.0
#include "contract/payments.h"

#include <limits>
#include <set>

#include "contract/goods.h"
#include "contract/shop.h"

namespace boutique::contract {
namespace {

TEST_CASE("nothing can be charged too, in any currency", "[payment]") {
  NEEDS(Payments);
  auto request = Payment();
  *request.mutable_amount() = Amount("JPY", 0, 0);
  const auto reply = Charge(request);
  REQUIRE_OK(reply);
  CHECK(IsUuidV4(reply->transaction_id()));
}

TEST_CASE("D21: a charge needs an amount and a card", "[payment][ours]") {
  NEEDS(Payments);
  auto request = Payment();
  request.clear_amount();
  CheckPaymentRefusal(Charge(request).status(), absl::StatusCode::kInvalidArgument, "amount");
  request = Payment();
  request.clear_credit_card();
  CheckPaymentRefusal(Charge(request).status(), absl::StatusCode::kInvalidArgument, "credit_card");
  CheckPaymentRefusal(Charge({}).status(), absl::StatusCode::kInvalidArgument);
}

TEST_CASE("a malformed or negative amount is not charged", "[payment][ours]") {
  NEEDS(Payments);
  for (const pb::Money& amount :
       {Amount("USD", -1, 0), Amount("USD", 0, -1), Amount("USD", 1, -1), Amount("USD", 1, 1000000000),
        Amount("", 1, 0), Amount("usd", 1, 0), Amount(std::string(1 << 16, 'U'), 1, 0),
        Amount("USD", std::numeric_limits<std::int64_t>::min(), std::numeric_limits<int>::min())}) {
    auto request = Payment(NewKey());
    *request.mutable_amount() = amount;
    CheckPaymentRefusal(Charge(request).status(), absl::StatusCode::kInvalidArgument, "amount");
  }
}

TEST_CASE("a declined card is a failed precondition and charges nothing", "[payment][ours]") {
  NEEDS(Payments);
  for (const char* number : {kDeclined, kInsufficientFunds}) {
    auto request = Payment(NewKey());
    *request.mutable_credit_card() = Card(number);
    CheckPaymentRefusal(Charge(request).status(), absl::StatusCode::kFailedPrecondition);
    const auto record = ChargeOf(request.idempotency_key());
    REQUIRE_OK(record);
    CHECK(record->state() == pb::ChargeRecord::DECLINED);
    CHECK(record->transaction_id().empty());
    // Final for its key.
    CheckPaymentRefusal(Charge(request).status(), absl::StatusCode::kFailedPrecondition);
  }
}

TEST_CASE("D2: a repeated Charge charges once", "[payment][ours]") {
  NEEDS(Payments);
  const std::string key = NewKey();
  const auto first = Charge(Payment(key));
  REQUIRE_OK(first);
  const auto again = Charge(Payment(key));
  REQUIRE_OK(again);
  CHECK(again->SerializeAsString() == first->SerializeAsString());
  const auto record = ChargeOf(key);
  REQUIRE_OK(record);
  CHECK(record->state() == pb::ChargeRecord::STANDING);
  CHECK(record->idempotency_key() == key);
  CHECK(record->transaction_id() == first->transaction_id());
  CHECK(Text(record->amount()) == "USD 12.340000000");
  CHECK(record->card_brand() == "visa");
  CHECK(record->card_last_four() == "0454");
}

TEST_CASE("D2: concurrent repeats of Charge charge once", "[payment][ours]") {
  NEEDS(Payments);
  const std::string key = NewKey();
  const auto answers = AllAtOnce(16, [&key](int) { return Charge(Payment(key)); });
  std::set<std::string> transactions;
  for (const auto& answer : answers) {
    REQUIRE_OK(answer);
    transactions.insert(answer->transaction_id());
  }
  CHECK(transactions.size() == 1);
}

TEST_CASE("a key of another amount or card already exists", "[payment][ours]") {
  NEEDS(Payments);
  const std::string key = NewKey();
  REQUIRE_OK(Charge(Payment(key)));
  auto dearer = Payment(key);
  dearer.mutable_amount()->set_units(13);
  CheckPaymentRefusal(Charge(dearer).status(), absl::StatusCode::kAlreadyExists);
  auto other_card = Payment(key);
  *other_card.mutable_credit_card() = Card("4242424242424242");
  CheckPaymentRefusal(Charge(other_card).status(), absl::StatusCode::kAlreadyExists);
}

TEST_CASE("a refunded charge stays refunded", "[payment][ours]") {
  NEEDS(Payments);
  const std::string key = NewKey();
  const auto charged = Charge(Payment(key));
  REQUIRE_OK(charged);
  for (int i = 0; i < 2; ++i) {
    const auto refunded = Refund(key);
    REQUIRE_OK(refunded);
    CHECK(refunded->state() == pb::ChargeRecord::REFUNDED);
    CHECK(refunded->transaction_id() == charged->transaction_id());
  }
  CheckPaymentRefusal(Charge(Payment(key)).status(), absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("a charge that is refunded before there is one never comes to be", "[payment][ours]") {
  NEEDS(Payments);
  const std::string key = NewKey();
  const auto refunded = Refund(key);
  REQUIRE_OK(refunded);
  CHECK(refunded->state() == pb::ChargeRecord::REFUNDED);
  CHECK(refunded->transaction_id().empty());
  CHECK_FALSE(refunded->has_amount());
  CheckPaymentRefusal(Charge(Payment(key)).status(), absl::StatusCode::kFailedPrecondition);
  const auto record = ChargeOf(key);
  REQUIRE_OK(record);
  CHECK(record->state() == pb::ChargeRecord::REFUNDED);
}

TEST_CASE("a charge and its refund at once leave nothing charged", "[payment][ours]") {
  NEEDS(Payments);
  const std::string key = NewKey();
  AllAtOnce(8, [&key](int i) { return i % 2 == 0 ? Charge(Payment(key)).status() : Refund(key).status(); });
  const auto record = ChargeOf(key);
  REQUIRE_OK(record);
  CHECK(record->state() == pb::ChargeRecord::REFUNDED);
}

TEST_CASE("an unknown charge is not found", "[payment][ours]") {
  NEEDS(Payments);
  CHECK_CODE(ChargeOf(NewKey()), kNotFound);
}

TEST_CASE("a charge's key has 16 to 64 visible characters", "[payment][ours]") {
  NEEDS(Payments);
  for (const std::string& key : {std::string("fifteen-letters"), std::string(65, 'k'), std::string("with a blank in it"),
                                 std::string("with-a-line-feed\n"), std::string("g\xc3\xb6teborg-goteborg")}) {
    CAPTURE(key);
    CheckPaymentRefusal(Charge(Payment(key)).status(), absl::StatusCode::kInvalidArgument, "idempotency_key");
    CheckPaymentRefusal(ChargeOf(key).status(), absl::StatusCode::kInvalidArgument, "idempotency_key");
    CheckPaymentRefusal(Refund(key).status(), absl::StatusCode::kInvalidArgument, "idempotency_key");
  }
  CheckPaymentRefusal(ChargeOf("").status(), absl::StatusCode::kInvalidArgument, "idempotency_key");
  CheckPaymentRefusal(Refund("").status(), absl::StatusCode::kInvalidArgument, "idempotency_key");
}

}  // namespace
}  // namespace boutique::contract
