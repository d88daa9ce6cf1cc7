// SPDX-License-Identifier: Apache-2.0
#include "gateway/format.h"

#include "support/catch.h"

namespace boutique::gateway {

TEST_CASE("amounts are shown with their symbol and their own decimals", "[format]") {
  const std::pair<base::Money, const char*> cases[] = {
      {{"EUR", 17, 680000000}, "€17.68"}, {{"USD", 1, 0}, "$1.00"},        {{"CAD", 12, 30000000}, "$12.03"},
      {{"JPY", 2235, 0}, "¥2235"},        {{"GBP", 0, 50000000}, "£0.05"}, {{"TRY", 48, 710000000}, "₺48.71"},
      {{"CHF", 12, 500000000}, "CHF 12.50"}, {{"KRW", 10139, 0}, "KRW 10139"}, {{"KWD", 1, 234000000}, "KWD 1.234"},
      {{"USD", -1, -750000000}, "-$1.75"}, {{"EUR", 0, -50000000}, "-€0.05"},
      {{"USD", 9223372036854775807, 0}, "$9223372036854775807.00"},
      {{"USD", -9223372036854775807 - 1, 0}, "-$9223372036854775808.00"},
  };
  for (const auto& [amount, text] : cases) CHECK(FormatMoney(amount) == text);
}

TEST_CASE("currencies are labelled with their symbol where the shop has one", "[format]") {
  CHECK(CurrencyLabel("EUR") == "€ EUR");
  CHECK(CurrencyLabel("CHF") == "CHF");
}

TEST_CASE("amounts are read as shoppers type them", "[format]") {
  CHECK(*ParseAmount("12", "EUR") == base::Money{"EUR", 12, 0});
  CHECK(*ParseAmount(" 12.5 ", "EUR") == base::Money{"EUR", 12, 500000000});
  CHECK(*ParseAmount("12,05", "JPY") == base::Money{"JPY", 12, 50000000});
  for (const char* const bad : {"", " ", "-1", "1e3", "12.", ".5", "1 000", "€5", "1.2.3", "99999999999999999999"}) {
    INFO(bad);
    CHECK_CODE(ParseAmount(bad, "EUR"), kInvalidArgument);
  }
}

TEST_CASE("counts are words", "[format]") {
  CHECK(CountText(0, "product", "products") == "No products");
  CHECK(CountText(1, "product", "products") == "1 product");
  CHECK(CountText(3, "product", "products") == "3 products");
  CHECK(CartCountText(0) == "empty");
  CHECK(CartCountText(13) == "13 items");
}

TEST_CASE("names are listed by the first two", "[format]") {
  CHECK(ListNames({}).empty());
  CHECK(ListNames({"Mug"}) == "Mug");
  CHECK(ListNames({"Mug", "Watch"}) == "Mug and Watch");
  CHECK(ListNames({"Mug", "Watch", "Jar"}) == "Mug, Watch and 1 more");
}

TEST_CASE("times are shown in UTC", "[format]") {
  CHECK(FormatTime(1795255200000) == "21 November 2026, 10:00 UTC");
  CHECK(FormatIsoTime(1795255200000) == "2026-11-21T10:00:00Z");
}

TEST_CASE("queries are encoded, and empty fields left out", "[format]") {
  CHECK(WithQuery("/search", {}) == "/search");
  CHECK(WithQuery("/search", {{"q", "salt & pepper"}, {"category", ""}, {"page", "a+b/é"}}) ==
        "/search?q=salt%20%26%20pepper&page=a%2Bb%2F%C3%A9");
}

}  // namespace boutique::gateway
