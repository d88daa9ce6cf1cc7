// SPDX-License-Identifier: Apache-2.0
// What a shopper does next: the tasks of Online Boutique's public load generator, with its weights and its forms.
// Belongs to one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>

namespace boutique::loadgenerator {

enum class Task { kIndex, kSetCurrency, kBrowseProduct, kAddToCart, kViewCart, kCheckout };

// In the order of Task; 19 in all.
inline constexpr std::array<int, 6> kWeights = {1, 2, 10, 2, 3, 1};

class ShopperTasks {
 public:
  // The same seed makes the same choices.
  explicit ShopperTasks(std::uint64_t seed) : random_(seed) {}

  // By its weight.
  Task Next();
  // The id of one of the public catalog's nine products.
  std::string Product();
  // Bodies of forms, application/x-www-form-urlencoded.
  std::string CurrencyForm();
  std::string CartForm(const std::string& product);  // 1 to 10 of it
  // Buyer, address and card are made up: the card's number passes Luhn's check, begins with 4 and is of no kind that
  // the public shop refuses (Visa Electron); it expires 1 to 71 years after `year`.
  std::string CheckoutForm(int year);
  // Any integer from `least` to `most`.
  std::int64_t Between(std::int64_t least, std::int64_t most);

 private:
  std::string Visa();

  std::mt19937_64 random_;
};

}  // namespace boutique::loadgenerator
