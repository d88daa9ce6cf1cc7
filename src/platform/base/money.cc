// SPDX-License-Identifier: Apache-2.0
#include "platform/base/money.h"

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "platform/base/iso4217.h"
#include "platform/base/status.h"

namespace boutique::base {
namespace {

// Every amount fits: 2^63 units of 10^9 nanos are below 2^93.
using Nanos = __int128;
constexpr std::int64_t kNanosPerUnit = 1'000'000'000;

Nanos ToNanos(const Money& amount) { return Nanos{amount.units} * kNanosPerUnit + amount.nanos; }

absl::StatusOr<Money> FromNanos(const std::string& currency, Nanos nanos) {
  const Nanos units = nanos / kNanosPerUnit;
  if (units > std::numeric_limits<std::int64_t>::max() || units < std::numeric_limits<std::int64_t>::min()) {
    return absl::OutOfRangeError("an amount of money is too large");
  }
  // Division truncates toward zero, so that both parts get the amount's sign.
  return Money{currency, static_cast<std::int64_t>(units), static_cast<std::int32_t>(nanos % kNanosPerUnit)};
}

Nanos PowerOfTen(int exponent) {
  Nanos power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

absl::Status BadText(absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not an amount such as EUR 12.34"));
}

}  // namespace

absl::Status CheckMoney(absl::string_view field, const Money& amount) {
  if (!IsCurrencyCode(amount.currency)) {
    return InvalidField(absl::StrCat(field, ".currency_code"), "must be three capital letters");
  }
  if (amount.nanos <= -kNanosPerUnit || amount.nanos >= kNanosPerUnit) {
    return InvalidField(absl::StrCat(field, ".nanos"), "must be from -999999999 to 999999999");
  }
  if ((amount.units > 0 && amount.nanos < 0) || (amount.units < 0 && amount.nanos > 0)) {
    return InvalidField(absl::StrCat(field, ".nanos"), "must have the sign of units");
  }
  return absl::OkStatus();
}

absl::StatusOr<Money> Add(const Money& a, const Money& b) {
  if (auto bad = CheckMoney("amount", a); !bad.ok()) return bad;
  if (auto bad = CheckMoney("amount", b); !bad.ok()) return bad;
  if (a.currency != b.currency) {
    return absl::InvalidArgumentError(absl::StrCat("cannot add ", b.currency, " to ", a.currency));
  }
  return FromNanos(a.currency, ToNanos(a) + ToNanos(b));
}

absl::StatusOr<Money> Multiply(const Money& amount, std::int64_t factor) {
  if (auto bad = CheckMoney("amount", amount); !bad.ok()) return bad;
  Nanos product = 0;
  if (__builtin_mul_overflow(ToNanos(amount), Nanos{factor}, &product)) {
    return absl::OutOfRangeError("an amount of money is too large");
  }
  return FromNanos(amount.currency, product);
}

absl::StatusOr<Money> RoundToMinorUnit(const Money& amount) {
  if (auto bad = CheckMoney("amount", amount); !bad.ok()) return bad;
  const Nanos step = PowerOfTen(9 - MinorUnitDigits(amount.currency));
  const Nanos half = ToNanos(amount) < 0 ? -step / 2 : step / 2;
  return FromNanos(amount.currency, (ToNanos(amount) + half) / step * step);
}

int Compare(const Money& a, const Money& b) {
  const Nanos left = ToNanos(a);
  const Nanos right = ToNanos(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

std::string ToString(const Money& amount) {
  std::string decimals = absl::StrCat(amount.nanos < 0 ? -std::int64_t{amount.nanos} : std::int64_t{amount.nanos});
  decimals.insert(0, 9 - std::min<std::size_t>(9, decimals.size()), '0');
  const std::size_t least = static_cast<std::size_t>(MinorUnitDigits(amount.currency));
  while (decimals.size() > least && decimals.back() == '0') decimals.pop_back();
  const bool sign_is_lost = amount.units == 0 && amount.nanos < 0;
  return absl::StrCat(amount.currency, " ", sign_is_lost ? "-" : "", amount.units, decimals.empty() ? "" : ".",
                      decimals);
}

absl::StatusOr<Money> ParseMoney(absl::string_view text) {
  if (text.size() < 5 || text[3] != ' ' || !IsCurrencyCode(text.substr(0, 3))) return BadText(text);
  const std::string currency(text.substr(0, 3));
  absl::string_view number = text.substr(4);
  const bool negative = number.front() == '-';
  if (negative) number.remove_prefix(1);
  const std::size_t point = number.find('.');
  const absl::string_view whole = number.substr(0, point);
  const absl::string_view decimals = point == absl::string_view::npos ? "0" : number.substr(point + 1);
  if (whole.empty() || whole.size() > 19 || decimals.empty() || decimals.size() > 9) return BadText(text);
  if (whole.find_first_not_of("0123456789") != absl::string_view::npos) return BadText(text);
  if (decimals.find_first_not_of("0123456789") != absl::string_view::npos) return BadText(text);
  Nanos nanos = 0;
  for (const char digit : whole) nanos = nanos * 10 + (digit - '0');
  for (std::size_t i = 0; i < 9; ++i) nanos = nanos * 10 + (i < decimals.size() ? decimals[i] - '0' : 0);
  return FromNanos(currency, negative ? -nanos : nanos);
}

}  // namespace boutique::base
