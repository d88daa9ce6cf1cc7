// SPDX-License-Identifier: Apache-2.0
#include "platform/base/money_display.h"

#include <cstdint>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "platform/base/iso4217.h"

namespace boutique::base {
namespace {

constexpr int kNanosDigits = 9;

}  // namespace

absl::string_view CurrencySymbol(absl::string_view code) {
  if (code == "USD" || code == "CAD") return "$";
  if (code == "EUR") return "€";
  if (code == "JPY") return "¥";
  if (code == "GBP") return "£";
  if (code == "TRY") return "₺";
  return {};
}

std::string FormatMoney(const Money& amount) {
  const int digits = MinorUnitDigits(amount.currency);
  const std::int64_t units = amount.units;
  const std::uint64_t whole = units < 0 ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
  std::string number = absl::StrCat(whole);
  if (digits > 0) {
    const std::string nanos = absl::StrFormat("%0*d", kNanosDigits, std::abs(std::int64_t{amount.nanos}));
    absl::StrAppend(&number, ".", nanos.substr(0, static_cast<std::size_t>(digits)));
  }
  const absl::string_view sign = amount.IsNegative() ? "-" : "";
  const absl::string_view symbol = CurrencySymbol(amount.currency);
  if (symbol.empty()) return absl::StrCat(sign, amount.currency, " ", number);
  return absl::StrCat(sign, symbol, number);
}

}  // namespace boutique::base
