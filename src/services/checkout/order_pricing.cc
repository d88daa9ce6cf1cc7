// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/order_pricing.h"

#include <utility>

namespace boutique::checkout {

absl::StatusOr<PricedOrder> PriceOrder(const std::vector<pb::CartItem>& lines,
                                       const std::vector<base::Money>& unit_prices, const base::Money& shipping) {
  if (lines.size() != unit_prices.size()) return absl::InternalError("not every line has a price");
  const auto postage = base::RoundToMinorUnit(shipping);
  if (!postage.ok()) return postage.status();
  PricedOrder order{.items = {}, .shipping = *postage, .total = *postage};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto unit = base::RoundToMinorUnit(unit_prices[i]);
    if (!unit.ok()) return unit.status();
    const auto line = base::Multiply(*unit, lines[i].quantity());
    if (!line.ok()) return line.status();
    auto total = base::Add(order.total, *line);
    if (!total.ok()) return total.status();
    order.total = *std::move(total);
    pb::OrderItem& item = order.items.emplace_back();
    *item.mutable_item() = lines[i];
    unit->CopyTo(item.mutable_cost());
  }
  return order;
}

}  // namespace boutique::checkout
