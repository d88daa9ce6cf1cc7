// SPDX-License-Identifier: Apache-2.0
#include "services/currency/exchange_rates.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "platform/base/status.h"

namespace boutique::currency {
namespace {

constexpr double kNanosPerUnit = 1e9;
constexpr double kExactlyCounted = 9007199254740992.0;  // 2^53

struct Amount {
  double units;
  double nanos;
};

// Moves the fraction of the units into the nanos, and whole units out of them.
Amount Carry(Amount amount) {
  amount.nanos += std::fmod(amount.units, 1.0) * kNanosPerUnit;
  amount.units = std::floor(amount.units) + std::floor(amount.nanos / kNanosPerUnit);
  amount.nanos = std::fmod(amount.nanos, kNanosPerUnit);
  return amount;
}

absl::Status TooLarge() { return base::InvalidField("from.units", "the amount is too large to convert exactly"); }

}  // namespace

ExchangeRates::ExchangeRates(std::vector<std::pair<std::string, double>> per_euro) {
  for (auto& [code, rate] : per_euro) {
    codes_.push_back(code);
    per_euro_.emplace(std::move(code), rate);
  }
}

ExchangeRates ExchangeRates::Reference() {
  return ExchangeRates({{"EUR", 1.0},     {"USD", 1.1305},   {"JPY", 126.40},  {"BGN", 1.9558},   {"CZK", 25.592},
                        {"DKK", 7.4609},  {"GBP", 0.85970},  {"HUF", 315.51},  {"PLN", 4.2996},   {"RON", 4.7463},
                        {"SEK", 10.5375}, {"CHF", 1.1360},   {"ISK", 136.80},  {"NOK", 9.8040},   {"HRK", 7.4210},
                        {"RUB", 74.4208}, {"TRY", 6.1247},   {"AUD", 1.6072},  {"BRL", 4.2682},   {"CAD", 1.5128},
                        {"CNY", 7.5857},  {"HKD", 8.8743},   {"IDR", 15999.40}, {"ILS", 4.0875},  {"INR", 79.4320},
                        {"KRW", 1275.05}, {"MXN", 21.7999},  {"MYR", 4.6289},  {"NZD", 1.6679},   {"PHP", 59.083},
                        {"SGD", 1.5349},  {"THB", 36.012},   {"ZAR", 16.0583}});
}

absl::StatusOr<base::Money> ExchangeRates::Convert(const base::Money& from, absl::string_view to_code) const {
  if (absl::Status bad = base::CheckMoney("from", from); !bad.ok()) return bad;
  if (from.IsNegative()) return base::InvalidField("from", "must not be negative");
  const auto source = per_euro_.find(from.currency);
  if (source == per_euro_.end()) {
    return base::InvalidField("from.currency_code", absl::StrCat("'", from.currency, "' is not supported"));
  }
  const auto target = per_euro_.find(to_code);
  if (target == per_euro_.end()) {
    return base::InvalidField("to_code", absl::StrCat("'", to_code.substr(0, 16), "' is not supported"));
  }
  const double units = static_cast<double>(from.units);
  if (units > kExactlyCounted) return TooLarge();

  Amount euros = Carry({units / source->second, static_cast<double>(from.nanos) / source->second});
  euros.nanos = std::floor(euros.nanos + 0.5);
  const Amount wanted = Carry({euros.units * target->second, euros.nanos * target->second});
  if (wanted.units > kExactlyCounted) return TooLarge();
  return base::Money{target->first, static_cast<std::int64_t>(std::floor(wanted.units)),
                     static_cast<std::int32_t>(std::floor(wanted.nanos))};
}

}  // namespace boutique::currency
