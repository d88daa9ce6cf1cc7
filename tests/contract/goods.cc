// SPDX-License-Identifier: Apache-2.0
#include "contract/goods.h"

#include <cstdio>
#include <ctime>
#include <random>
#include <regex>

namespace boutique::contract {
namespace {

std::string RandomHex(int digits) {
  std::random_device random;
  std::string text;
  for (int i = 0; i < digits; ++i) text += "0123456789abcdef"[random() % 16];
  return text;
}

}  // namespace

std::vector<std::string> AllProducts() {
  return {kSunglasses, kTankTop, kWatch, kLoafers, kHairdryer, kCandleHolder, kShakers, kJar, kMug};
}

pb::Money Amount(const std::string& currency, std::int64_t units, std::int32_t nanos) {
  pb::Money amount;
  amount.set_currency_code(currency);
  amount.set_units(units);
  amount.set_nanos(nanos);
  return amount;
}

pb::CartItem Item(const std::string& product_id, int quantity) {
  pb::CartItem item;
  item.set_product_id(product_id);
  item.set_quantity(quantity);
  return item;
}

pb::Address MountainView() {
  pb::Address address;
  address.set_street_address("1600 Amphitheatre Parkway");
  address.set_city("Mountain View");
  address.set_state("CA");
  address.set_country("United States");
  address.set_zip_code(94043);
  return address;
}

pb::CreditCardInfo Card(const std::string& number) {
  pb::CreditCardInfo card;
  card.set_credit_card_number(number);
  card.set_credit_card_cvv(672);
  card.set_credit_card_expiration_year(ThisMonth().first + 1);
  card.set_credit_card_expiration_month(12);
  return card;
}

std::pair<int, int> ThisMonth() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  return {1900 + parts.tm_year, 1 + parts.tm_mon};
}

std::string WithCheckDigit(const std::string& digits) {
  int sum = 0;
  bool doubled = true;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, doubled = !doubled) {
    const int value = (*digit - '0') * (doubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return digits + static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::string NewUser() { return "contract-" + RandomHex(24); }

std::string NewKey() { return RandomHex(32); }

std::string Text(const pb::Money& amount) {
  char text[80];
  std::snprintf(text, sizeof text, "%.8s %lld.%09d", amount.currency_code().c_str(),
                static_cast<long long>(amount.units()), amount.nanos());
  return text;
}

std::string Text(const pb::CartItem& item) { return item.product_id() + " x " + std::to_string(item.quantity()); }

bool IsUuidV4(const std::string& text) {
  static const std::regex kForm("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  return std::regex_match(text, kForm);
}

}  // namespace boutique::contract
