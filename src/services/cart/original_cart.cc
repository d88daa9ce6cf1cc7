// SPDX-License-Identifier: Apache-2.0
#include "services/cart/original_cart.h"

#include <algorithm>
#include <cstddef>

#include "absl/container/flat_hash_map.h"
#include "services/cart/cart_store.h"

namespace boutique::cart {
namespace {

constexpr std::size_t kLongestProductId = 128;

}  // namespace

std::optional<pb::Cart> ReadOriginalCart(const std::string& user_id, absl::string_view bytes) {
  pb::Cart original;
  if (!original.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  if (!original.user_id().empty() && original.user_id() != user_id) return std::nullopt;
  pb::Cart cart;
  absl::flat_hash_map<absl::string_view, int> indexes;
  for (const pb::CartItem& item : original.items()) {
    const std::string& product = item.product_id();
    if (product.empty() || product.size() > kLongestProductId || item.quantity() < 1) continue;
    const int quantity = std::min(item.quantity(), kMostOfOne);
    if (const auto known = indexes.find(product); known != indexes.end()) {
      pb::CartItem& line = *cart.mutable_items(known->second);
      line.set_quantity(std::min(line.quantity() + quantity, kMostOfOne));
    } else if (cart.items_size() < kMostLines) {
      indexes.emplace(product, cart.items_size());
      pb::CartItem& line = *cart.add_items();
      line.set_product_id(product);
      line.set_quantity(quantity);
    }
  }
  return cart;
}

}  // namespace boutique::cart
