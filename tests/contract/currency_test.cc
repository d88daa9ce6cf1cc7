// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "contract/goods.h"
#include "contract/shop.h"
#include "hipstershop/currency.grpc.pb.h"

namespace boutique::contract {
namespace {

using Currencies = pb::CurrencyService;

absl::StatusOr<pb::Money> Convert(const pb::Money& from, const std::string& to_code) {
  pb::CurrencyConversionRequest request;
  *request.mutable_from() = from;
  request.set_to_code(to_code);
  return Call<Currencies>(&Currencies::Stub::Convert, request);
}

std::string Converted(const pb::Money& from, const std::string& to_code) {
  const auto reply = Convert(from, to_code);
  REQUIRE_OK(reply);
  return Text(*reply);
}

void CheckBad(const absl::Status& status, const std::string& field) {
  CheckRefusal(Currencies::service_full_name(), status, absl::StatusCode::kInvalidArgument, field);
}

TEST_CASE("33 currencies are supported, the euro first", "[currency]") {
  NEEDS(Currencies);
  const auto reply = Call<Currencies>(&Currencies::Stub::GetSupportedCurrencies, pb::Empty());
  REQUIRE_OK(reply);
  const std::vector<std::string> codes(reply->currency_codes().begin(), reply->currency_codes().end());
  CHECK(codes == std::vector<std::string>{"EUR", "USD", "JPY", "BGN", "CZK", "DKK", "GBP", "HUF", "PLN", "RON", "SEK",
                                          "CHF", "ISK", "NOK", "HRK", "RUB", "TRY", "AUD", "BRL", "CAD", "CNY", "HKD",
                                          "IDR", "ILS", "INR", "KRW", "MXN", "MYR", "NZD", "PHP", "SGD", "THB", "ZAR"});
}

TEST_CASE("the shop's prices convert to the last nano", "[currency]") {
  NEEDS(Currencies);
  const std::vector<pb::Money> prices = {
      Amount("USD", 5, 490000000),  Amount("USD", 8, 990000000),  Amount("USD", 18, 490000000),
      Amount("USD", 18, 990000000), Amount("USD", 19, 990000000), Amount("USD", 24, 990000000),
      Amount("USD", 89, 990000000), Amount("USD", 109, 990000000)};
  const std::vector<std::vector<std::string>> expected = {
      {"USD 5.490000000", "USD 8.990000000", "USD 18.490000000", "USD 18.990000000", "USD 19.990000000",
       "USD 24.990000000", "USD 89.990000000", "USD 109.990000000"},
      {"EUR 4.856258293", "EUR 7.952233525", "EUR 16.355594870", "EUR 16.797877046", "EUR 17.682441398",
       "EUR 22.105263158", "EUR 79.601946042", "EUR 97.293233083"},
      {"CAD 7.346547545", "CAD 12.030138876", "CAD 24.742743919", "CAD 25.411828395", "CAD 26.749997346",
       "CAD 33.440842105", "CAD 120.421823972", "CAD 147.185203007"},
      {"JPY 613.831048235", "JPY 1005.162317560", "JPY 2067.347191568", "JPY 2123.251658614", "JPY 2235.060592707",
       "JPY 2794.105263171", "JPY 10061.685979708", "JPY 12297.864661691"},
      {"GBP 4.174925254", "GBP 6.836535161", "GBP 14.060904909", "GBP 14.441134896", "GBP 15.201594869",
       "GBP 19.003894736", "GBP 68.433793012", "GBP 83.642992481"},
      {"TRY 29.743125167", "TRY 48.705044670", "TRY 100.173111900", "TRY 102.881957543", "TRY 108.299648830",
       "TRY 135.388105263", "TRY 487.538038923", "TRY 595.891864663"},
  };
  for (const auto& row : expected) {
    for (std::size_t i = 0; i < prices.size(); ++i) CHECK(Converted(prices[i], row[i].substr(0, 3)) == row[i]);
  }
}

TEST_CASE("other amounts convert as they always did", "[currency]") {
  NEEDS(Currencies);
  CHECK(Converted(Amount("CHF", 300, 0), "EUR") == "EUR 264.084507042");
  CHECK(Converted(Amount("USD", 8, 990000000), "IDR") == "IDR 127230.965059885");
  CHECK(Converted(Amount("USD", 8, 990000000), "KRW") == "KRW 10139.495356051");
  CHECK(Converted(Amount("USD", 0, 500000000), "EUR") == "EUR 0.442282176");
  CHECK(Converted(Amount("USD", 0, 0), "JPY") == "JPY 0.000000000");
}

TEST_CASE("OTD: an amount keeps every digit, zeros after the point among them", "[currency]") {
  NEEDS(Currencies);
  CHECK(Converted(Amount("EUR", 57, 80000000), "EUR") == "EUR 57.080000000");
  CHECK(Converted(Amount("EUR", 0, 50000000), "EUR") == "EUR 0.050000000");
  CHECK(Converted(Amount("EUR", 0, 5), "EUR") == "EUR 0.000000005");
  CHECK(Converted(Amount("EUR", 21, 950000000), "EUR") == "EUR 21.950000000");
}

TEST_CASE("OTD: a code that somebody asked for does not become a supported one", "[currency][ours]") {
  NEEDS(Currencies);
  AllAtOnce(16, [](int i) { return Convert(Amount("USD", 1, 0), "XX" + std::string(1, static_cast<char>('A' + i))).ok(); });
  const auto reply = Call<Currencies>(&Currencies::Stub::GetSupportedCurrencies, pb::Empty());
  REQUIRE_OK(reply);
  CHECK(reply->currency_codes_size() == 33);
  CheckBad(Convert(Amount("XXA", 1, 0), "EUR").status(), "from");
}

TEST_CASE("D4: an unknown currency is refused, never converted to nothing", "[currency][ours]") {
  NEEDS(Currencies);
  for (const std::string& code : {std::string("XAF"), std::string("eur"), std::string(), std::string(1 << 16, 'E'),
                                  std::string("EUR\0", 4), std::string("\xe2\x82\xac")}) {
    CheckBad(Convert(Amount("USD", 1, 0), code).status(), "to_code");
    CheckBad(Convert(Amount(code, 1, 0), "EUR").status(), "from");
  }
}

TEST_CASE("D7: a negative amount is refused, never converted wrongly", "[currency][ours]") {
  NEEDS(Currencies);
  for (const pb::Money& amount : {Amount("EUR", -1, -750000000), Amount("USD", -1, 0), Amount("USD", 0, -1),
                                  Amount("USD", std::numeric_limits<std::int64_t>::min(), 0)}) {
    CheckBad(Convert(amount, "USD").status(), "from");
  }
}

TEST_CASE("a missing or malformed amount is refused", "[currency][ours]") {
  NEEDS(Currencies);
  pb::CurrencyConversionRequest without_amount;
  without_amount.set_to_code("EUR");
  CheckBad(Call<Currencies>(&Currencies::Stub::Convert, without_amount).status(), "from");
  for (const pb::Money& amount :
       {Amount("USD", 1, 1000000000), Amount("USD", 1, -1), Amount("USD", -1, 1),
        Amount("USD", 0, std::numeric_limits<int>::max()), Amount("USD", 0, std::numeric_limits<int>::min())}) {
    CheckBad(Convert(amount, "EUR").status(), "from");
  }
}

TEST_CASE("an amount that is too large to be exact is refused", "[currency][ours]") {
  NEEDS(Currencies);
  for (const pb::Money& amount : {Amount("EUR", std::numeric_limits<std::int64_t>::max(), 999999999),
                                  Amount("EUR", std::int64_t{1} << 54, 0), Amount("EUR", std::int64_t{1} << 52, 0)}) {
    CheckBad(Convert(amount, "IDR").status(), "from");
  }
}

TEST_CASE("ConvertMany converts each amount as Convert does", "[currency][ours]") {
  NEEDS(Currencies);
  pb::ConvertManyRequest request;
  request.set_to_code("JPY");
  for (int i = 0; i < 1000; ++i) *request.add_from() = Amount(i % 2 == 0 ? "USD" : "GBP", i, 990000000);
  const auto reply = Call<Currencies>(&Currencies::Stub::ConvertMany, request);
  REQUIRE_OK(reply);
  REQUIRE(reply->converted_size() == 1000);
  for (const int i : {0, 1, 19, 999}) CHECK(Text(reply->converted(i)) == Converted(request.from(i), "JPY"));
}

TEST_CASE("one bad amount, or too many, fail ConvertMany", "[currency][ours]") {
  NEEDS(Currencies);
  pb::ConvertManyRequest request;
  request.set_to_code("JPY");
  *request.add_from() = Amount("USD", 1, 0);
  *request.add_from() = Amount("XAF", 1, 0);
  CheckBad(Call<Currencies>(&Currencies::Stub::ConvertMany, request).status(), "from");
  request.clear_from();
  for (int i = 0; i < 1001; ++i) *request.add_from() = Amount("USD", 1, 0);
  CheckBad(Call<Currencies>(&Currencies::Stub::ConvertMany, request).status(), "from");
}

}  // namespace
}  // namespace boutique::contract
