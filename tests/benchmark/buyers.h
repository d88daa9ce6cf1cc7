// SPDX-License-Identifier: Apache-2.0
// Buyers who fill a cart and order it, each with a key, as serialized requests.
// Threads: safe from any.
#pragma once

#include <string>
#include <vector>

namespace boutique::benchmark {

inline constexpr char kAddItem[] = "/hipstershop.CartService/AddItem";
inline constexpr char kPlaceOrder[] = "/hipstershop.CheckoutService/PlaceOrder";

struct Buyers {
  // Each a new one, who puts two products into the cart and orders them.
  explicit Buyers(int count);
  std::vector<std::string> additions;
  std::vector<std::string> orders;
};

}  // namespace boutique::benchmark
