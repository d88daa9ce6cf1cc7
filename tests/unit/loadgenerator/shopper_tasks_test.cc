// SPDX-License-Identifier: Apache-2.0
#include "loadgenerator/shopper_tasks.h"

#include <array>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "platform/http/forms.h"
#include "support/catch.h"

namespace boutique::loadgenerator {
namespace {

bool PassesLuhn(const std::string& digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int digit = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}

TEST_CASE("tasks come by the public load generator's weights", "[tasks]") {
  constexpr int kDraws = 190'000;
  ShopperTasks shopper(1);
  std::array<int, 6> drawn{};
  for (int i = 0; i < kDraws; ++i) ++drawn[static_cast<std::size_t>(shopper.Next())];
  const std::array<int, 6> weights = {1, 2, 10, 2, 3, 1};
  for (std::size_t i = 0; i < drawn.size(); ++i) CHECK(drawn[i] == Approx(weights[i] * kDraws / 19).epsilon(0.05));
}

TEST_CASE("the same seed makes the same choices", "[tasks]") {
  ShopperTasks one(7), same(7), other(8);
  const std::string form = one.CheckoutForm(2030);
  CHECK(form == same.CheckoutForm(2030));
  CHECK(form != other.CheckoutForm(2030));
}

TEST_CASE("each of the nine products is chosen", "[tasks]") {
  ShopperTasks shopper(1);
  std::set<std::string> chosen;
  for (int i = 0; i < 1000; ++i) chosen.insert(shopper.Product());
  CHECK(chosen.size() == 9);
}

TEST_CASE("a checkout's form can be accepted by the public shop", "[tasks]") {
  ShopperTasks shopper(3);
  for (int i = 0; i < 500; ++i) {
    const auto form = http::ParseUrlEncoded(shopper.CheckoutForm(2030));
    REQUIRE_OK(form);
    const std::string card(form->Get("credit_card_number"));
    CHECK(card.size() == 16);
    CHECK(PassesLuhn(card));
    for (const char* const refused : {"4026", "417500", "4508", "4844", "4913", "4917"}) {
      CHECK_FALSE(absl::StartsWith(card, refused));
    }
    CHECK(form->Get("zip_code").size() == 5);
    CHECK(form->Get("credit_card_cvv").size() == 3);
    const int month = std::stoi(std::string(form->Get("credit_card_expiration_month")));
    const int year = std::stoi(std::string(form->Get("credit_card_expiration_year")));
    CHECK((month >= 1 && month <= 12));
    CHECK((year >= 2031 && year <= 2101));
  }
}

TEST_CASE("a cart gets 1 to 10 of a product", "[tasks]") {
  ShopperTasks shopper(3);
  std::set<std::string> seen;
  for (int i = 0; i < 500; ++i) {
    const auto form = http::ParseUrlEncoded(shopper.CartForm("OLJCESPC7Z"));
    REQUIRE_OK(form);
    CHECK(form->Get("product_id") == "OLJCESPC7Z");
    seen.insert(std::string(form->Get("quantity")));
  }
  CHECK(seen == std::set<std::string>{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"});
}

}  // namespace
}  // namespace boutique::loadgenerator
