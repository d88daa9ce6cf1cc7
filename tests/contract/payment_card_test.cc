// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "contract/goods.h"
#include "contract/payments.h"
#include "contract/shop.h"

namespace boutique::contract {
namespace {

absl::StatusOr<pb::ChargeResponse> Pay(const pb::CreditCardInfo& card) {
  auto request = Payment();
  *request.mutable_credit_card() = card;
  return Charge(request);
}

// A number of `length` digits with these first ones.
std::string Number(const std::string& prefix, std::size_t length) {
  return WithCheckDigit(prefix + std::string(length - 1 - prefix.size(), '7'));
}

TEST_CASE("VISA and MasterCard are charged", "[payment]") {
  NEEDS(Payments);
  for (const std::string& number : {std::string(kGoodVisa), std::string("4242 4242 4242 4242"),
                                    std::string("4111-1111-1111-1111"), Number("51", 16), Number("55", 16)}) {
    CAPTURE(number);
    const auto reply = Pay(Card(number));
    REQUIRE_OK(reply);
    CHECK(IsUuidV4(reply->transaction_id()));
  }
}

TEST_CASE("each charge is a transaction of its own", "[payment]") {
  NEEDS(Payments);
  const auto one = Charge(Payment());
  const auto other = Charge(Payment());
  REQUIRE_OK(one);
  REQUIRE_OK(other);
  CHECK(one->transaction_id() != other->transaction_id());
}

TEST_CASE("a charge tells the card's brand and last four digits", "[payment][ours]") {
  NEEDS(Payments);
  const auto visa = Pay(Card());
  REQUIRE_OK(visa);
  CHECK(visa->card_brand() == "visa");
  CHECK(visa->card_last_four() == "0454");
  const auto mastercard = Pay(Card(Number("53", 16)));
  REQUIRE_OK(mastercard);
  CHECK(mastercard->card_brand() == "mastercard");
}

TEST_CASE("D22: MasterCard's second series, VISA's electronic cards and 19 digits are cards", "[payment][ours]") {
  NEEDS(Payments);
  for (const auto& [number, brand] : std::vector<std::pair<std::string, std::string>>{
           {Number("2221", 16), "mastercard"},
           {Number("2720", 16), "mastercard"},
           {Number("4026", 16), "visa"},
           {Number("417500", 16), "visa"},
           {Number("4508", 16), "visa"},
           {Number("4844", 16), "visa"},
           {Number("4913", 16), "visa"},
           {Number("4917", 16), "visa"},
           {Number("4", 19), "visa"}}) {
    CAPTURE(number);
    const auto reply = Pay(Card(number));
    REQUIRE_OK(reply);
    CHECK(reply->card_brand() == brand);
  }
}

TEST_CASE("D21: a number that is no card's is an invalid argument", "[payment][ours]") {
  NEEDS(Payments);
  for (const std::string& number :
       {std::string(), std::string("4432801561520455"), std::string("443280156152045"), Number("4", 15),
        std::string("4432801561520454x"), std::string("visa"), std::string("0000000000000000"), Number("9", 16),
        Number("2220", 16), Number("2721", 16), Number("51", 19), std::string(100'000, '4'),
        std::string("\xd9\xa4\xd9\xa4\xd9\xa3\xd9\xa2")}) {
    CAPTURE(number.substr(0, 32));
    CheckPaymentRefusal(Pay(Card(number)).status(), absl::StatusCode::kInvalidArgument, "credit_card");
  }
}

TEST_CASE("D21: other brands are an invalid argument", "[payment][ours]") {
  NEEDS(Payments);
  for (const std::string& number : {std::string("378282246310005"), std::string("6011111111111117"),
                                    std::string("3530111333300000"), std::string("30569309025904")}) {
    CAPTURE(number);
    CheckPaymentRefusal(Pay(Card(number)).status(), absl::StatusCode::kInvalidArgument);
  }
}

TEST_CASE("a refusal never repeats the card's number", "[payment][ours]") {
  NEEDS(Payments);
  for (const std::string& number : {std::string("4432801561520455"), std::string("378282246310005")}) {
    const absl::Status refusal = Pay(Card(number)).status();
    CHECK(std::string(refusal.message()).find(number.substr(0, 8)) == std::string::npos);
    CHECK(std::string(refusal.message()).find("672") == std::string::npos);
  }
}

TEST_CASE("an expired card is refused, and one that expires this month is not", "[payment]") {
  NEEDS(Payments);
  const auto [year, month] = ThisMonth();
  auto card = Card();
  card.set_credit_card_expiration_year(year);
  card.set_credit_card_expiration_month(month);
  REQUIRE_OK(Pay(card));
  card.set_credit_card_expiration_year(month == 1 ? year - 1 : year);
  card.set_credit_card_expiration_month(month == 1 ? 12 : month - 1);
  CHECK_FALSE(Pay(card).ok());
}

TEST_CASE("D21: an expired card is an invalid argument", "[payment][ours]") {
  NEEDS(Payments);
  auto card = Card();
  for (const int year : {0, 24, 2020, -1, std::numeric_limits<int>::min()}) {
    CAPTURE(year);
    card.set_credit_card_expiration_year(year);
    CheckPaymentRefusal(Pay(card).status(), absl::StatusCode::kInvalidArgument, "credit_card");
  }
}

TEST_CASE("D22: a month is from 1 to 12", "[payment][ours]") {
  NEEDS(Payments);
  for (const int month : {0, -1, 13, 99, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
    CAPTURE(month);
    auto card = Card();
    card.set_credit_card_expiration_month(month);
    CheckPaymentRefusal(Pay(card).status(), absl::StatusCode::kInvalidArgument, "month");
  }
}

TEST_CASE("D22: a security code has three digits", "[payment][ours]") {
  NEEDS(Payments);
  for (const int cvv : {-1, 1000, 12345, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
    CAPTURE(cvv);
    auto card = Card();
    card.set_credit_card_cvv(cvv);
    CheckPaymentRefusal(Pay(card).status(), absl::StatusCode::kInvalidArgument, "cvv");
  }
}

}  // namespace
}  // namespace boutique::contract
