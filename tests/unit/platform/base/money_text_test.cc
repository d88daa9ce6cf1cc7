// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "any_money.h"
#include "platform/base/money.h"
#include "support/catch.h"

namespace boutique::base {
namespace {

TEST_CASE("an amount is written with all decimals of its minor unit, and more only where it has them", "[money]") {
  const std::vector<std::pair<Money, std::string>> table = {
      {{"USD", 12, 340'000'000}, "USD 12.34"},
      {{"USD", 12, 0}, "USD 12.00"},
      {{"USD", 0, 50'000'000}, "USD 0.05"},
      {{"USD", 0, 5}, "USD 0.000000005"},
      {{"USD", 57, 80'000'000}, "USD 57.08"},
      {{"USD", 21, 950'000'000}, "USD 21.95"},
      {{"USD", 0, -500'000'000}, "USD -0.50"},
      {{"USD", -1, -500'000'000}, "USD -1.50"},
      {{"JPY", 100, 0}, "JPY 100"},
      {{"JPY", 100, 500'000'000}, "JPY 100.5"},
      {{"KWD", 1, 250'000'000}, "KWD 1.250"},
      {{"USD", std::numeric_limits<std::int64_t>::min(), -999'999'999}, "USD -9223372036854775808.999999999"},
  };
  for (const auto& [amount, text] : table) {
    CHECK(ToString(amount) == text);
    const auto read = ParseMoney(text);
    REQUIRE_OK(read);
    CHECK(*read == amount);
  }
}

TEST_CASE("what is written is read as the same amount", "[money]") {
  CHECK(rc::check([] {
    const Money amount = *AnyMoney(*rc::gen::element<std::string>("USD", "JPY", "KWD", "CLF", "ZZZ"));
    const auto read = ParseMoney(ToString(amount));
    RC_ASSERT(read.ok());
    RC_ASSERT(*read == amount);
  }));
}

TEST_CASE("what is no amount is refused", "[money]") {
  for (const char* text :
       {"", "USD", "USD ", "USD -", "USD -.5", "USD .5", "USD 1.", "USD 1.0000000000", "USD +1", "USD 1,00", "USD 1e3",
        "usd 1", "US 1", "USD1.00", "USD  1", "USD 1 ", " USD 1", "USD --1", "USD 1.2.3", "USD 1.-2", "USD 0x10",
        "USD 12345678901234567890", "USD nan", "USD inf", "1.00 USD", "USD 1\n"}) {
    INFO(text);
    CHECK_CODE(ParseMoney(text), kInvalidArgument);
  }
  CHECK_CODE(ParseMoney(std::string("USD 1\0", 6)), kInvalidArgument);
  CHECK_CODE(ParseMoney("USD 9223372036854775808"), kOutOfRange);
  CHECK_CODE(ParseMoney("USD -9223372036854775809"), kOutOfRange);
}

TEST_CASE("no text breaks the reader, and what it takes it also writes", "[money]") {
  CHECK(rc::check([] {
    const std::string digits = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0123456789.-+ eUSD")));
    for (const std::string& text : {digits, "USD " + digits, "USD " + digits + ".5"}) {
      const auto read = ParseMoney(text);
      if (read.ok()) RC_ASSERT(ParseMoney(ToString(*read)) == read);
    }
  }));
}

}  // namespace
}  // namespace boutique::base
