// SPDX-License-Identifier: Apache-2.0
#include "platform/base/iso4217.h"

#include <string>

#include "support/catch.h"

namespace boutique::base {
namespace {

TEST_CASE("a currency code is three capital letters", "[iso4217]") {
  CHECK(IsCurrencyCode("USD"));
  CHECK(IsCurrencyCode("ZZZ"));
  for (const char* text : {"", "US", "USDA", "usd", "UsD", "U D", "U1D", "\xc3\x84U", " USD"}) {
    INFO(text);
    CHECK_FALSE(IsCurrencyCode(text));
    CHECK_FALSE(IsIso4217(text));
  }
}

TEST_CASE("the standard knows all 33 currencies of the shop, and those it does not sell in", "[iso4217]") {
  for (const char* code : {"EUR", "USD", "JPY", "BGN", "CZK", "DKK", "GBP", "HUF", "PLN", "RON", "SEK", "CHF",
                           "ISK", "NOK", "HRK", "RUB", "TRY", "AUD", "BRL", "CAD", "CNY", "HKD", "IDR", "ILS",
                           "INR", "KRW", "MXN", "MYR", "NZD", "PHP", "SGD", "THB", "ZAR", "XAF", "AED", "ZWL"}) {
    INFO(code);
    CHECK(IsIso4217(code));
  }
}

TEST_CASE("a code is found as a whole, not across two neighbours of the list", "[iso4217]") {
  for (const char* code : {"AAA", "DAF", "ZZZ", "EDA", "XYZ"}) {
    INFO(code);
    CHECK_FALSE(IsIso4217(code));
  }
}

TEST_CASE("most currencies have cents, the yen has none, the dinar a thousand fils", "[iso4217]") {
  for (const char* code : {"USD", "EUR", "GBP", "TRY", "CAD", "IDR", "HUF"}) CHECK(MinorUnitDigits(code) == 2);
  for (const char* code : {"JPY", "KRW", "ISK", "CLP", "VND", "XAF", "XOF", "XPF"}) CHECK(MinorUnitDigits(code) == 0);
  for (const char* code : {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}) CHECK(MinorUnitDigits(code) == 3);
  for (const char* code : {"CLF", "UYW"}) CHECK(MinorUnitDigits(code) == 4);
  for (const char* code : {"", "usd", "JP", "jpy", "ZZZ", " JPY"}) CHECK(MinorUnitDigits(code) == 2);
}

}  // namespace
}  // namespace boutique::base
