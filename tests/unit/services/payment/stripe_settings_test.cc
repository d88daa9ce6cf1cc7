// SPDX-License-Identifier: Apache-2.0
#include "services/payment/stripe_settings.h"

#include <limits>
#include <vector>

#include "support/catch.h"

namespace boutique::payment {
namespace {

TEST_CASE("amounts are Stripe's smallest units, exactly, or refused", "[payment]") {
  struct Case {
    base::Money amount;
    std::int64_t minor;  // 0: refused
  };
  const std::vector<Case> cases = {
      {{"EUR", 12, 340000000}, 1234},     {{"USD", 0, 10000000}, 1},      {{"USD", 0, 5000000}, 0},
      {{"JPY", 500, 0}, 500},             {{"JPY", 500, 500000000}, 0},   {{"KWD", 5, 120000000}, 5120},
      {{"KWD", 5, 124000000}, 0},         {{"ISK", 5, 0}, 500},           {{"ISK", 5, 500000000}, 0},
      {{"UGX", 5, 0}, 500},               {{"USD", 0, 0}, 0},             {{"USD", -1, 0}, 0},
      {{"USD", 1, 1}, 0},
  };
  for (const auto& [amount, minor] : cases) {
    const auto found = StripeAmount(amount);
    INFO(base::ToString(amount));
    if (minor == 0) {
      CHECK_CODE(found, kInvalidArgument);
    } else {
      REQUIRE_OK(found);
      CHECK(*found == minor);
    }
  }
  CHECK_CODE(StripeAmount({"USD", std::numeric_limits<std::int64_t>::max(), 0}), kOutOfRange);
}

TEST_CASE("only a key of test mode is taken, and none is repeated", "[payment]") {
  CHECK(CheckStripeKey("sk_test_abc123").ok());
  CHECK(CheckStripeKey("rk_test_abc123").ok());
  for (const std::string key : {"sk_live_abc123", "rk_live_abc123", "pk_test_abc123", "sk_test_", "sk_test_a\nb"}) {
    const absl::Status refused = CheckStripeKey(key);
    CHECK(absl::IsInvalidArgument(refused));
    CHECK(std::string(refused.message()).find("abc123") == std::string::npos);
  }
}

TEST_CASE("the key travels encrypted, or within this machine", "[payment]") {
  for (const std::string base : {"https://api.stripe.com", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:1"}) {
    CHECK(CheckStripeBase(base).ok());
  }
  for (const std::string base : {"http://api.stripe.com", "http://127.0.0.1.evil.test", "https://", "ftp://x", "",
                                 "https://api.stripe.com/v1", "https://user@host"}) {
    CHECK(absl::IsInvalidArgument(CheckStripeBase(base)));
  }
}

TEST_CASE("D17: a test card becomes the name of a payment method", "[payment]") {
  CHECK(*StripePaymentMethod({.number = "5555555555554444"}) == "pm_card_mastercard");
  CHECK_CODE(StripePaymentMethod({.number = "4111111111111111"}), kInvalidArgument);
}

}  // namespace
}  // namespace boutique::payment
