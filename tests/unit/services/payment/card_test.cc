// SPDX-License-Identifier: Apache-2.0
#include "services/payment/card.h"

#include <rapidcheck.h>

#include <utility>
#include <vector>

#include "support/catch.h"

namespace boutique::payment {
namespace {

using namespace std::chrono_literals;

constexpr auto kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21);

pb::CreditCardInfo Card(const std::string& number, int month = 11, int year = 2026, int cvv = 672) {
  pb::CreditCardInfo info;
  info.set_credit_card_number(number);
  info.set_credit_card_expiration_month(month);
  info.set_credit_card_expiration_year(year);
  info.set_credit_card_cvv(cvv);
  return info;
}

// The digits with the check digit that makes them a card's number.
std::string Complete(std::string digits) {
  for (char check = '0'; check <= '9'; ++check) {
    if (HasRightCheckDigit(digits + check)) return digits + check;
  }
  return digits;
}

TEST_CASE("VISA and MasterCard are charged, with spaces and hyphens too") {
  const std::vector<std::pair<std::string, std::string>> cards = {{"4432801561520454", "visa"},
                                                                  {"4432 8015 6152 0454", "visa"},
                                                                  {"4432-8015-6152-0454", "visa"},
                                                                  {"5555555555554444", "mastercard"},
                                                                  {"5105105105105100", "mastercard"}};
  for (const auto& [number, brand] : cards) {
    const auto card = CheckCard(Card(number), kNow);
    INFO(number);
    REQUIRE_OK(card);
    CHECK(card->brand == brand);
    CHECK(card->last_four == card->number.substr(12));
  }
}

TEST_CASE("D22: MasterCard's 2-series, Electron's prefixes and long VISA numbers are charged") {
  for (const std::string start : {"222100000000000", "272099999999999"}) {
    CHECK(CheckCard(Card(Complete(start)), kNow)->brand == "mastercard");
  }
  for (const std::string prefix : {"4026", "417500", "4508", "4844", "4913", "4917"}) {
    CHECK(CheckCard(Card(Complete(prefix + std::string(15 - prefix.size(), '1'))), kNow)->brand == "visa");
  }
  CHECK(CheckCard(Card(Complete("4" + std::string(11, '2'))), kNow)->brand == "visa");
  CHECK(CheckCard(Card(Complete("4" + std::string(17, '2'))), kNow)->brand == "visa");
  CHECK_CODE(CheckCard(Card(Complete("222000000000000")), kNow), kInvalidArgument);
  CHECK_CODE(CheckCard(Card(Complete("272100000000000")), kNow), kInvalidArgument);
}

TEST_CASE("other brands are refused by name") {
  const std::vector<std::pair<std::string, std::string>> cards = {
      {"378282246310005", "amex"},     {"371449635398431", "amex"}, {"30569309025904", "diners_club"},
      {"38520000023237", "diners_club"}, {"6011111111111117", "discover"}, {"3530111333300000", "jcb"},
      {"6304000000000000", "maestro"}};
  for (const auto& [number, brand] : cards) {
    const auto card = CheckCard(Card(number), kNow);
    CHECK_CODE(card, kInvalidArgument);
    CHECK(card.status().message() ==
          "credit_card.credit_card_number: cannot process " + brand + "; only VISA or MasterCard");
  }
}

TEST_CASE("numbers that are no card's are refused, and never repeated") {
  const std::vector<std::string> numbers = {"",
                                            "4432801561520455",       // wrong check digit
                                            "443280156152045",        // too short for its brand
                                            "0000000000000000",       // nobody's
                                            "4432801561520454x",
                                            "４４３２８０１５６１５２０４５４",  // other scripts' digits
                                            std::string(100000, '4'),
                                            "    ----    ",
                                            std::string("4432801561520454\0", 17)};
  for (const std::string& number : numbers) {
    const auto card = CheckCard(Card(number), kNow);
    CHECK_CODE(card, kInvalidArgument);
    CHECK(std::string(card.status().message()).find("4432") == std::string::npos);
  }
}

TEST_CASE("a card is good until its month ends, in UTC") {
  CHECK(CheckCard(Card("4432801561520454", 11, 2026), kNow).ok());
  CHECK(CheckCard(Card("4432801561520454", 11, 2026), std::chrono::sys_days(std::chrono::year(2026) / 12 / 1) - 1s).ok());
  const auto expired = CheckCard(Card("4432801561520454", 10, 2026), kNow);
  CHECK_CODE(expired, kInvalidArgument);
  CHECK(expired.status().message() ==
        "credit_card.credit_card_expiration_year: the card ending in 0454 expired in 10/2026");
  CHECK(CheckCard(Card("4432801561520454", 1, 2097), kNow).ok());
}

TEST_CASE("D22: month 99 and a missing security code are refused") {
  for (const int month : {0, 13, 99, -1, 2147483647}) {
    CHECK_CODE(CheckCard(Card("4432801561520454", month, 2030), kNow), kInvalidArgument);
  }
  for (const int year : {0, 26, -2030, 10000, 2147483647}) {
    CHECK_CODE(CheckCard(Card("4432801561520454", 1, year), kNow), kInvalidArgument);
  }
  for (const int cvv : {0, -1, 1000, 2147483647}) {
    CHECK_CODE(CheckCard(Card("4432801561520454", 1, 2030, cvv), kNow), kInvalidArgument);
  }
  CHECK(CheckCard(Card("4432801561520454", 1, 2030, 7), kNow).ok());
}

TEST_CASE("one wrong digit never goes unnoticed") {
  CHECK(rc::check([] {
    std::string digits = "4";
    for (int i = 0; i < 14; ++i) digits.push_back(static_cast<char>('0' + *rc::gen::inRange(0, 10)));
    std::string number = Complete(digits);
    RC_ASSERT(HasRightCheckDigit(number));
    const auto place = *rc::gen::inRange<std::size_t>(0, number.size());
    number[place] = static_cast<char>('0' + (number[place] - '0' + *rc::gen::inRange(1, 10)) % 10);
    RC_ASSERT(!HasRightCheckDigit(number));
  }));
}

TEST_CASE("any text is either a card or refused") {
  CHECK(rc::check([](const std::string& text) {
    const auto card = CheckCard(Card(text), kNow);
    RC_ASSERT(card.ok() || absl::IsInvalidArgument(card.status()));
  }));
}

}  // namespace
}  // namespace boutique::payment
