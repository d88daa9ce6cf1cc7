// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <tuple>
#include <vector>

#include "any_money.h"
#include "platform/base/money.h"
#include "support/catch.h"

namespace boutique::base {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

Money Usd(std::int64_t units, std::int32_t nanos) { return {"USD", units, nanos}; }

// What arithmetic must give for an exact result of so many nanos: that amount, with both signs alike, or OUT_OF_RANGE.
bool IsExactly(const absl::StatusOr<Money>& result, Wide nanos) {
  if (!Fits(nanos)) return result.status().code() == absl::StatusCode::kOutOfRange;
  return result.ok() && NanosOf(*result) == nanos && CheckMoney("result", *result).ok();
}

TEST_CASE("a sum is exact, or refused when it cannot be expressed", "[money]") {
  CHECK(rc::check([] {
    const Money a = *AnyMoney();
    const Money b = *AnyMoney();
    RC_ASSERT(IsExactly(Add(a, b), NanosOf(a) + NanosOf(b)));
  }));
}

TEST_CASE("it does not matter which amount is added to which", "[money]") {
  CHECK(rc::check([] {
    const Money a = *AnyMoney();
    const Money b = *AnyMoney();
    RC_ASSERT(Add(a, b) == Add(b, a));
  }));
}

TEST_CASE("a product is exact, or refused when it cannot be expressed", "[money]") {
  CHECK(rc::check([] {
    const Money amount = *AnyMoney();
    const std::int64_t factor = *AnyUnits();
    const Wide nanos = Wide{amount.nanos} * factor;
    const Wide units = Wide{amount.units} * factor + nanos / kNanos;
    const auto product = Multiply(amount, factor);
    if (units > kMost || units < kLeast) {
      RC_ASSERT(product.status().code() == absl::StatusCode::kOutOfRange);
    } else {
      RC_ASSERT(IsExactly(product, units * kNanos + nanos % kNanos));
    }
  }));
}

TEST_CASE("a line of n pieces costs the sum of n prices", "[money]") {
  CHECK(rc::check([] {
    const Money price = *rc::gen::suchThat(AnyMoney(), [](const Money& m) { return m.units < 1'000'000'000'000; });
    RC_PRE(price.units > -1'000'000'000'000);
    absl::StatusOr<Money> sum = Usd(0, 0);
    for (int quantity = 0; quantity <= 20; ++quantity) {
      RC_ASSERT(Multiply(price, quantity) == sum);
      sum = Add(*sum, price);
    }
  }));
}

TEST_CASE("D3: amounts below one unit add up", "[money]") {
  CHECK(*Add(Usd(0, 500'000'000), Usd(0, 0)) == Usd(0, 500'000'000));
  CHECK(*Add(Usd(0, 200'000'000), Usd(0, 300'000'000)) == Usd(0, 500'000'000));
  CHECK(*Add(Usd(0, 500'000'000), Usd(0, 500'000'000)) == Usd(1, 0));
  CHECK(*Add(Usd(1, 900'000'000), Usd(-1, 0)) == Usd(0, 900'000'000));
  CHECK(*Add(Usd(1, 0), Usd(0, -1)) == Usd(0, 999'999'999));
  CHECK(*Add(Usd(-1, -500'000'000), Usd(1, 0)) == Usd(0, -500'000'000));
  CHECK(*Add(Usd(-1, -900'000'000), Usd(2, 0)) == Usd(0, 100'000'000));
  CHECK(*Multiply(Usd(0, 400'000'000), 2) == Usd(0, 800'000'000));
}

TEST_CASE("D5: nothing costs nothing, and a negative quantity costs a negative amount at once", "[money]") {
  CHECK(*Multiply(Usd(19, 990'000'000), 0) == Usd(0, 0));
  CHECK(*Multiply(Usd(19, 990'000'000), -1) == Usd(-19, -990'000'000));
  CHECK(*Multiply(Usd(0, 1), std::numeric_limits<std::int32_t>::min()) == Usd(-2, -147'483'648));
}

TEST_CASE("an amount beyond 64 bits is refused", "[money]") {
  CHECK_CODE(Add(Usd(kMost, 0), Usd(1, 0)), kOutOfRange);
  CHECK_CODE(Add(Usd(kMost, 999'999'999), Usd(0, 1)), kOutOfRange);
  CHECK_CODE(Add(Usd(kLeast, -999'999'999), Usd(0, -1)), kOutOfRange);
  CHECK_CODE(Multiply(Usd(kMost, 999'999'999), kMost), kOutOfRange);
  CHECK_CODE(Multiply(Usd(kLeast, -999'999'999), kLeast), kOutOfRange);
  CHECK_CODE(Multiply(Usd(kMost, 0), 2), kOutOfRange);
  CHECK(*Add(Usd(kMost, 0), Usd(0, 999'999'999)) == Usd(kMost, 999'999'999));
  CHECK(*Add(Usd(kLeast, 0), Usd(kMost, 0)) == Usd(-1, 0));
}

TEST_CASE("amounts of two currencies are not added", "[money]") {
  const auto sum = Add(Usd(1, 0), Money{"EUR", 1, 0});
  CHECK_CODE(sum, kInvalidArgument);
  CHECK(sum.status().message() == "cannot add EUR to USD");
}

TEST_CASE("malformed amounts are refused by every operation, and the refusal names the part", "[money]") {
  const std::vector<std::tuple<Money, std::string>> bad = {
      {{"", 1, 0}, "price.currency_code: must be three capital letters"},
      {{"usd", 1, 0}, "price.currency_code: must be three capital letters"},
      {{"US", 1, 0}, "price.currency_code: must be three capital letters"},
      {{"USDX", 1, 0}, "price.currency_code: must be three capital letters"},
      {{"USD", 0, 1'000'000'000}, "price.nanos: must be from -999999999 to 999999999"},
      {{"USD", 0, -1'000'000'000}, "price.nanos: must be from -999999999 to 999999999"},
      {{"USD", 0, std::numeric_limits<std::int32_t>::min()}, "price.nanos: must be from -999999999 to 999999999"},
      {{"USD", 1, -1}, "price.nanos: must have the sign of units"},
      {{"USD", -1, 1}, "price.nanos: must have the sign of units"},
  };
  for (const auto& [amount, message] : bad) {
    const absl::Status refused = CheckMoney("price", amount);
    CHECK_CODE(refused, kInvalidArgument);
    CHECK(refused.message() == message);
    CHECK_CODE(Add(amount, Usd(1, 0)), kInvalidArgument);
    CHECK_CODE(Add(Usd(1, 0), amount), kInvalidArgument);
    CHECK_CODE(Multiply(amount, 2), kInvalidArgument);
    CHECK_CODE(RoundToMinorUnit(amount), kInvalidArgument);
  }
  for (const Money& good : {Usd(0, 0), Usd(0, 999'999'999), Usd(0, -999'999'999), Usd(kLeast, -1), Usd(kMost, 1)}) {
    CHECK(CheckMoney("price", good).ok());
  }
}

TEST_CASE("D7: a price is rounded half away from zero to the currency's minor unit", "[money]") {
  const std::vector<std::pair<Money, Money>> table = {
      {Usd(1, 5'000'000), Usd(1, 10'000'000)},
      {Usd(1, 4'999'999), Usd(1, 0)},
      {Usd(-1, -5'000'000), Usd(-1, -10'000'000)},
      {Usd(-1, -4'999'999), Usd(-1, 0)},
      {Usd(0, 995'000'000), Usd(1, 0)},
      {Usd(0, -995'000'000), Usd(-1, 0)},
      {Usd(0, -4'999'999), Usd(0, 0)},
      {{"JPY", 99, 500'000'000}, {"JPY", 100, 0}},
      {{"JPY", 99, 499'999'999}, {"JPY", 99, 0}},
      {{"JPY", 0, -500'000'000}, {"JPY", -1, 0}},
      {{"KWD", 1, 500'000}, {"KWD", 1, 1'000'000}},
      {{"KWD", 1, 499'999}, {"KWD", 1, 0}},
      {{"CLF", 1, 50'000}, {"CLF", 1, 100'000}},
      {{"ZZZ", 1, 5'000'000}, {"ZZZ", 1, 10'000'000}},
  };
  for (const auto& [amount, rounded] : table) {
    const auto result = RoundToMinorUnit(amount);
    REQUIRE_OK(result);
    CHECK(*result == rounded);
  }
  CHECK_CODE(RoundToMinorUnit(Usd(kMost, 995'000'000)), kOutOfRange);
  CHECK_CODE(RoundToMinorUnit(Usd(kLeast, -995'000'000)), kOutOfRange);
}

TEST_CASE("a rounded price is the nearest, stays as it is, and mirrors its negative", "[money]") {
  CHECK(rc::check([] {
    const std::vector<std::pair<std::string, std::int64_t>> steps = {
        {"USD", 10'000'000}, {"JPY", kNanos}, {"KWD", 1'000'000}, {"CLF", 100'000}};
    const auto [currency, step] = *rc::gen::elementOf(steps);
    const Money amount = *AnyMoney(currency);
    const auto rounded = RoundToMinorUnit(amount);
    RC_PRE(rounded.ok());
    const Wide off = NanosOf(*rounded) - NanosOf(amount);
    RC_ASSERT(NanosOf(*rounded) % step == 0);
    RC_ASSERT((off < 0 ? -off : off) * 2 <= step);
    RC_ASSERT(CheckMoney("rounded", *rounded).ok());
    RC_ASSERT(RoundToMinorUnit(*rounded) == rounded);
    const auto negative = Multiply(amount, -1);
    RC_PRE(negative.ok());
    RC_ASSERT(RoundToMinorUnit(*negative) == Multiply(*rounded, -1));
  }));
}

TEST_CASE("amounts are ordered as their values are", "[money]") {
  CHECK(rc::check([] {
    const Money a = *AnyMoney();
    const Money b = *AnyMoney();
    const int order = Compare(a, b);
    RC_ASSERT((order < 0) == (NanosOf(a) < NanosOf(b)));
    RC_ASSERT((order > 0) == (NanosOf(a) > NanosOf(b)));
    RC_ASSERT((order == 0) == (a == b));
    RC_ASSERT(a.IsNegative() == (NanosOf(a) < 0));
    RC_ASSERT(a.IsZero() == (NanosOf(a) == 0));
  }));
}

// A message of the contract's shape; the generated one would bring gRPC into this program.
struct MoneyMessage {
  std::string code;
  std::int64_t whole = 0;
  std::int32_t rest = 0;
  const std::string& currency_code() const { return code; }
  std::int64_t units() const { return whole; }
  std::int32_t nanos() const { return rest; }
  void set_currency_code(const std::string& to) { code = to; }
  void set_units(std::int64_t to) { whole = to; }
  void set_nanos(std::int32_t to) { rest = to; }
};

TEST_CASE("an amount goes into a message of the contract and comes back", "[money]") {
  MoneyMessage message;
  Usd(-3, -250'000'000).CopyTo(&message);
  CHECK(message.currency_code() == "USD");
  CHECK(message.units() == -3);
  CHECK(message.nanos() == -250'000'000);
  CHECK(Money::Of(message) == Usd(-3, -250'000'000));
}

}  // namespace
}  // namespace boutique::base
