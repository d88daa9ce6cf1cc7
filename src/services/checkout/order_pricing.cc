// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/order_pricing.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"

namespace boutique::checkout {
namespace {

constexpr std::size_t kMostLines = 500;
constexpr int kMostOfOne = 1000;

}  // namespace

absl::Status CheckLines(const std::vector<pb::CartItem>& lines) {
  if (lines.size() > kMostLines) {
    return absl::FailedPreconditionError(absl::StrCat("the cart has more than ", kMostLines, " lines"));
  }
  for (const pb::CartItem& line : lines) {
    if (line.quantity() >= 1 && line.quantity() <= kMostOfOne) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("the cart must have 1 to ", kMostOfOne, " of product ", line.product_id()));
  }
  return absl::OkStatus();
}

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
