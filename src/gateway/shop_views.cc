// SPDX-License-Identifier: Apache-2.0
#include "gateway/shop_views.h"

namespace boutique::gateway {

absl::StatusOr<base::Money> LineTotal(const base::Money& unit, std::int32_t quantity) {
  return base::Multiply(unit, quantity);
}

absl::Status AddUp(CartView* cart) {
  cart->subtotal = {cart->frame.currency, 0, 0};
  bool priced = true;
  for (CartLine& line : cart->lines) {
    if (!line.product) {
      priced = false;
      continue;
    }
    auto total = LineTotal(line.unit, line.item.quantity());
    if (!total.ok()) return total.status();
    line.total = *std::move(total);
    auto sum = base::Add(cart->subtotal, line.total);
    if (!sum.ok()) return sum.status();
    cart->subtotal = *std::move(sum);
  }
  if (!priced || !cart->shipping) return absl::OkStatus();
  auto total = base::Add(cart->subtotal, *cart->shipping);
  if (!total.ok()) return total.status();
  cart->total = *std::move(total);
  return absl::OkStatus();
}

std::string NameOf(const pb::OrderItem& line, const std::map<std::string, pb::Product>& products) {
  if (!line.product_name().empty()) return line.product_name();
  const auto product = products.find(line.item().product_id());
  return product == products.end() ? line.item().product_id() : product->second.name();
}

absl::StatusOr<base::Money> Subtotal(const pb::Order& order) {
  base::Money sum{order.shipping_cost().currency_code(), 0, 0};
  for (const pb::OrderItem& line : order.items()) {
    const auto total = LineTotal(base::Money::Of(line.cost()), line.item().quantity());
    if (!total.ok()) return total.status();
    auto next = base::Add(sum, *total);
    if (!next.ok()) return next.status();
    sum = *std::move(next);
  }
  return sum;
}

}  // namespace boutique::gateway
