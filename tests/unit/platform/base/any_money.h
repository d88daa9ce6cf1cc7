// SPDX-License-Identifier: Apache-2.0
// Amounts of money for properties: well-formed ones of every size, the largest and smallest among them.
#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <limits>
#include <string>

#include "platform/base/money.h"

namespace boutique::base {

using Wide = __int128;
inline constexpr std::int64_t kNanos = 1'000'000'000;

// The amount in nanos, which every amount fits into.
inline Wide NanosOf(const Money& amount) { return Wide{amount.units} * kNanos + amount.nanos; }

// Whether an amount of so many nanos can be expressed.
inline bool Fits(Wide nanos) {
  const Wide units = nanos / kNanos;
  return units <= std::numeric_limits<std::int64_t>::max() && units >= std::numeric_limits<std::int64_t>::min();
}

inline rc::Gen<std::int64_t> AnyUnits() {
  using Limits = std::numeric_limits<std::int64_t>;
  return rc::gen::oneOf(rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange<std::int64_t>(-1000, 1000),
                        rc::gen::element<std::int64_t>(0, 1, -1, Limits::max(), Limits::max() - 1, Limits::min(),
                                                       Limits::min() + 1, Limits::max() / 2, Limits::min() / 2));
}

inline rc::Gen<Money> AnyMoney(std::string currency = "USD") {
  const auto nanos =
      rc::gen::oneOf(rc::gen::inRange(0, 1'000'000'000), rc::gen::element(0, 1, 500'000'000, 999'999'999));
  return rc::gen::apply(
      [currency](std::int64_t units, std::int32_t nanos, bool negative) {
        if (units < 0 || (units == 0 && negative)) nanos = -nanos;
        return Money{currency, units, nanos};
      },
      AnyUnits(), nanos, rc::gen::arbitrary<bool>());
}

inline void showValue(const Money& amount, std::ostream& out) {
  out << amount.currency << ' ' << amount.units << " units " << amount.nanos << " nanos";
}

}  // namespace boutique::base
