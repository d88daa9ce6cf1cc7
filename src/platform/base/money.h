// SPDX-License-Identifier: Apache-2.0
// Exact amounts of money with checked arithmetic. Values without shared state, safe from any thread.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace boutique::base {

// units + nanos / 10^9 of a currency, as hipstershop.Money and google.type.Money define it: nanos from -999,999,999 to
// 999,999,999, its sign that of units unless one of them is 0.
struct Money {
  std::string currency;
  std::int64_t units = 0;
  std::int32_t nanos = 0;

  // Of any message with the fields currency_code, units and nanos.
  template <typename Message>
  static Money Of(const Message& message) {
    return Money{message.currency_code(), message.units(), message.nanos()};
  }
  // Writes the amount to such a message.
  template <typename Message>
  void CopyTo(Message* message) const {
    message->set_currency_code(currency);
    message->set_units(units);
    message->set_nanos(nanos);
  }

  bool IsNegative() const { return units < 0 || nanos < 0; }
  bool IsZero() const { return units == 0 && nanos == 0; }
  friend bool operator==(const Money&, const Money&) = default;
};

// INVALID_ARGUMENT that names `field` if the code has not the form of ISO 4217, nanos is out of range, or the signs
// disagree.
absl::Status CheckMoney(absl::string_view field, const Money& amount);

// The sum. INVALID_ARGUMENT if an amount is malformed or the currencies differ, OUT_OF_RANGE if it cannot be expressed.
absl::StatusOr<Money> Add(const Money& a, const Money& b);

// `factor` times the amount, with the errors of Add. A factor of 0 gives 0.
absl::StatusOr<Money> Multiply(const Money& amount, std::int64_t factor);

// Rounds half away from zero to the currency's minor unit (ISO 4217): 1.005 USD to 1.01, 99.5 JPY to 100. With the
// errors of Add.
absl::StatusOr<Money> RoundToMinorUnit(const Money& amount);

// Less than, equal to or greater than 0 as a is to b. Both must be well-formed and of one currency.
int Compare(const Money& a, const Money& b);

// "EUR 12.34", with all decimals of the minor unit and more only where the amount has them.
std::string ToString(const Money& amount);

// Reads what ToString wrote: a code, a space, an optional minus, digits, and up to nine decimals. INVALID_ARGUMENT
// otherwise; OUT_OF_RANGE if the amount cannot be expressed.
absl::StatusOr<Money> ParseMoney(absl::string_view text);

}  // namespace boutique::base
