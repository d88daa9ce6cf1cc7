// SPDX-License-Identifier: Apache-2.0
// The reference rates and the conversion by them.
// Threads: immutable, safe to share.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "platform/base/money.h"

namespace boutique::currency {

class ExchangeRates {
 public:
  // Units of each currency for one euro; the order is kept. Every rate is more than 0 and finite.
  explicit ExchangeRates(std::vector<std::pair<std::string, double>> per_euro);

  // The European Central Bank's reference rates that the public Online Boutique ships: 33 codes, never refreshed, so
  // that prices stay comparable.
  static ExchangeRates Reference();

  // The codes in the order of the rates.
  const std::vector<std::string>& codes() const { return codes_; }

  // Converts an amount of zero or more. INVALID_ARGUMENT that names the field ("from.currency_code", "to_code", …) for
  // an unknown currency, a malformed or negative amount, and more than 2^53 units on either side, where doubles stop
  // being exact.
  //
  // The result is bit for bit that of the public Online Boutique: by way of the euro, in doubles, rounding the euro's
  // nanos and cutting the target's. For amounts below zero that algorithm is wrong, so they are refused.
  absl::StatusOr<base::Money> Convert(const base::Money& from, absl::string_view to_code) const;

 private:
  std::vector<std::string> codes_;
  absl::flat_hash_map<std::string, double> per_euro_;
};

}  // namespace boutique::currency
