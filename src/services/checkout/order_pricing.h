// SPDX-License-Identifier: Apache-2.0
// What an order costs: each converted unit price is rounded once to the currency's minor unit, and totals add the
// rounded values, so that what is shown is what is charged.
// Stateless, safe from any thread.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "hipstershop/types.pb.h"
#include "platform/base/money.h"

namespace boutique::checkout {

namespace pb = ::hipstershop;

struct PricedOrder {
  std::vector<pb::OrderItem> items;
  base::Money shipping;
  base::Money total;
};

// FAILED_PRECONDITION if a cart cannot be ordered as it is: a cart of ours holds at most 500 lines of 1 to 1,000 each,
// another implementation's may hold anything.
absl::Status CheckLines(const std::vector<pb::CartItem>& lines);

// Prices `lines` by `unit_prices`, one for each, which are in one currency, as is `shipping`. OUT_OF_RANGE if the total
// cannot be expressed; INTERNAL if there are not as many prices as lines; INVALID_ARGUMENT for malformed amounts.
absl::StatusOr<PricedOrder> PriceOrder(const std::vector<pb::CartItem>& lines,
                                       const std::vector<base::Money>& unit_prices, const base::Money& shipping);

}  // namespace boutique::checkout
