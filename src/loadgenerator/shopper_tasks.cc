// SPDX-License-Identifier: Apache-2.0
#include "loadgenerator/shopper_tasks.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "platform/http/forms.h"

namespace boutique::loadgenerator {
namespace {

constexpr std::array kProducts = {"0PUK6V6EV0", "1YMWWN1N4O", "2ZYFJ3GM2N", "66VCHSJNUP", "6E92ZMYYFZ",
                                  "9SIQT8TOJO", "L9ECAV7KIM", "LS4PSXUNUM", "OLJCESPC7Z"};
constexpr std::array kCurrencies = {"EUR", "USD", "JPY", "CAD", "GBP", "TRY"};
constexpr std::array kStates = {"CA", "NY", "WA", "TX", "OR", "MA", "IL", "FL"};
constexpr std::array kElectron = {"4026", "417500", "4508", "4844", "4913", "4917"};

// The digit that makes the number pass Luhn's check (ISO/IEC 7812-1).
char CheckDigit(const std::string& digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    const int weighed = i % 2 == 0 ? 2 * digit : digit;
    sum += weighed / 10 + weighed % 10;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

}  // namespace

std::int64_t ShopperTasks::Between(std::int64_t least, std::int64_t most) {
  return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
}

Task ShopperTasks::Next() {
  std::discrete_distribution<int> by_weight(kWeights.begin(), kWeights.end());
  return static_cast<Task>(by_weight(random_));
}

std::string ShopperTasks::Product() { return kProducts[Between(0, kProducts.size() - 1)]; }

std::string ShopperTasks::CurrencyForm() {
  return absl::StrCat("currency_code=", kCurrencies[Between(0, kCurrencies.size() - 1)]);
}

std::string ShopperTasks::CartForm(const std::string& product) {
  return absl::StrCat("product_id=", http::PercentEncode(product), "&quantity=", Between(1, 10));
}

std::string ShopperTasks::Visa() {
  std::string digits;
  do {
    digits = "4";
    while (digits.size() < 15) digits += static_cast<char>('0' + Between(0, 9));
  } while (std::any_of(kElectron.begin(), kElectron.end(),
                       [&](const char* prefix) { return absl::StartsWith(digits, prefix); }));
  return digits + CheckDigit(digits);
}

std::string ShopperTasks::CheckoutForm(int year) {
  const std::pair<const char*, std::string> fields[] = {
      {"email", absl::StrCat("shopper", Between(0, 999'999), "@example.com")},
      {"street_address", absl::StrCat(Between(1, 9999), " Example Street")},
      {"zip_code", absl::StrFormat("%05d", Between(501, 99'950))},
      {"city", "Exampleville"},
      {"state", kStates[Between(0, kStates.size() - 1)]},
      {"country", "United States"},
      {"credit_card_number", Visa()},
      {"credit_card_expiration_month", absl::StrCat(Between(1, 12))},
      {"credit_card_expiration_year", absl::StrCat(year + Between(1, 71))},
      {"credit_card_cvv", absl::StrCat(Between(100, 999))},
  };
  std::string form;
  for (const auto& [name, value] : fields) {
    absl::StrAppend(&form, form.empty() ? "" : "&", name, "=", http::PercentEncode(value));
  }
  return form;
}

}  // namespace boutique::loadgenerator
