// SPDX-License-Identifier: Apache-2.0
#include "services/currency/exchange_rates.h"

#include <rapidcheck.h>

#include <array>
#include <cmath>
#include <utility>

#include "support/catch.h"

namespace boutique::currency {
namespace {

using base::Money;

const ExchangeRates kRates = ExchangeRates::Reference();

Money Convert(const Money& from, const std::string& to) {
  const auto converted = kRates.Convert(from, to);
  REQUIRE_OK(converted);
  return *converted;
}

TEST_CASE("dollars become what the public shop makes of them, to the nano") {
  using Row = std::array<std::pair<std::int64_t, std::int32_t>, 8>;
  const std::array<std::pair<std::int64_t, std::int32_t>, 8> dollars = {{{5, 490000000},
                                                                        {8, 990000000},
                                                                        {18, 490000000},
                                                                        {18, 990000000},
                                                                        {19, 990000000},
                                                                        {24, 990000000},
                                                                        {89, 990000000},
                                                                        {109, 990000000}}};
  const std::vector<std::pair<std::string, Row>> golden = {
      {"USD", dollars},
      {"EUR",
       {{{4, 856258293},
         {7, 952233525},
         {16, 355594870},
         {16, 797877046},
         {17, 682441398},
         {22, 105263158},
         {79, 601946042},
         {97, 293233083}}}},
      {"CAD",
       {{{7, 346547545},
         {12, 30138876},
         {24, 742743919},
         {25, 411828395},
         {26, 749997346},
         {33, 440842105},
         {120, 421823972},
         {147, 185203007}}}},
      {"JPY",
       {{{613, 831048235},
         {1005, 162317560},
         {2067, 347191568},
         {2123, 251658614},
         {2235, 60592707},
         {2794, 105263171},
         {10061, 685979708},
         {12297, 864661691}}}},
      {"GBP",
       {{{4, 174925254},
         {6, 836535161},
         {14, 60904909},
         {14, 441134896},
         {15, 201594869},
         {19, 3894736},
         {68, 433793012},
         {83, 642992481}}}},
      {"TRY",
       {{{29, 743125167},
         {48, 705044670},
         {100, 173111900},
         {102, 881957543},
         {108, 299648830},
         {135, 388105263},
         {487, 538038923},
         {595, 891864663}}}}};
  for (const auto& [code, row] : golden) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      INFO(code << " of dollars " << dollars[i].first);
      CHECK(Convert({"USD", dollars[i].first, dollars[i].second}, code) == Money{code, row[i].first, row[i].second});
    }
  }
}

TEST_CASE("amounts between other currencies are those of the public shop") {
  CHECK(Convert({"CHF", 300, 0}, "EUR") == Money{"EUR", 264, 84507042});
  CHECK(Convert({"USD", 8, 990000000}, "IDR") == Money{"IDR", 127230, 965059885});
  CHECK(Convert({"USD", 8, 990000000}, "KRW") == Money{"KRW", 10139, 495356051});
  CHECK(Convert({"USD", 0, 500000000}, "EUR") == Money{"EUR", 0, 442282176});
  CHECK(Convert({"USD", 0, 0}, "JPY") == Money{"JPY", 0, 0});
}

TEST_CASE("D4: an unknown currency is refused and never converted to nothing") {
  CHECK_CODE(kRates.Convert({"USD", 1, 0}, "XAF"), kInvalidArgument);
  CHECK_CODE(kRates.Convert({"USD", 1, 0}, "usd"), kInvalidArgument);
  CHECK_CODE(kRates.Convert({"USD", 1, 0}, ""), kInvalidArgument);
  CHECK_CODE(kRates.Convert({"XAF", 1, 0}, "USD"), kInvalidArgument);
  CHECK_CODE(kRates.Convert({"", 1, 0}, "USD"), kInvalidArgument);
  CHECK(kRates.Convert({"USD", 1, 0}, "XAF").status().message() == "to_code: 'XAF' is not supported");
}

TEST_CASE("looking up unknown codes does not make them known") {
  for (int i = 0; i < 3; ++i) CHECK_CODE(kRates.Convert({"USD", 1, 0}, "QQQ"), kInvalidArgument);
  CHECK(kRates.codes().size() == 33);
}

TEST_CASE("small fractions keep their place: a twentieth is not a half") {
  CHECK(Convert({"EUR", 57, 80000000}, "EUR") == Money{"EUR", 57, 80000000});
  CHECK(Convert({"EUR", 0, 50000000}, "EUR") == Money{"EUR", 0, 50000000});
  CHECK(Convert({"EUR", 0, 5}, "EUR") == Money{"EUR", 0, 5});
  CHECK(Convert({"EUR", 21, 950000000}, "EUR") == Money{"EUR", 21, 950000000});
}

TEST_CASE("D7: negative and malformed amounts are refused") {
  CHECK_CODE(kRates.Convert({"EUR", -1, -750000000}, "USD"), kInvalidArgument);
  CHECK_CODE(kRates.Convert({"EUR", 0, -1}, "USD"), kInvalidArgument);
  CHECK_CODE(kRates.Convert({"EUR", 1, 1000000000}, "USD"), kInvalidArgument);
  CHECK_CODE(kRates.Convert({"EUR", 1, -1}, "USD"), kInvalidArgument);
}

TEST_CASE("an amount that doubles cannot count is refused") {
  CHECK_CODE(kRates.Convert({"EUR", std::int64_t{1} << 60, 0}, "USD"), kInvalidArgument);
  CHECK_CODE(kRates.Convert({"EUR", std::int64_t{1} << 52, 0}, "IDR"), kInvalidArgument);
}

TEST_CASE("every conversion is well-formed and near the exact amount") {
  CHECK(rc::check([](std::uint32_t units) {
    const auto nanos = static_cast<std::int32_t>(*rc::gen::inRange(0, 1000000000));
    const std::string from = *rc::gen::elementOf(kRates.codes());
    const std::string to = *rc::gen::elementOf(kRates.codes());
    const auto there = kRates.Convert({from, units, nanos}, to);
    RC_ASSERT(there.ok());
    RC_ASSERT(base::CheckMoney("converted", *there).ok());
    const auto back = kRates.Convert(*there, from);
    RC_ASSERT(back.ok());
    const double before = units + nanos / 1e9;
    const double after = static_cast<double>(back->units) + back->nanos / 1e9;
    // What is lost is below a nano of the weaker currency, seen from the stronger one, and the doubles' own error.
    RC_ASSERT(std::abs(before - after) <= 1e-4 + before * 1e-9);
  }));
}

}  // namespace
}  // namespace boutique::currency
