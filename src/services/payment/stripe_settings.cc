// SPDX-License-Identifier: Apache-2.0
#include "services/payment/stripe_settings.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "platform/base/status.h"

namespace boutique::payment {
namespace {

// https://docs.stripe.com/testing
constexpr std::array<std::pair<absl::string_view, absl::string_view>, 14> kTestCards = {{
    {"4242424242424242", "pm_card_visa"},
    {"4000056655665556", "pm_card_visa_debit"},
    {"5555555555554444", "pm_card_mastercard"},
    {"5200828282828210", "pm_card_mastercard_debit"},
    {"5105105105105100", "pm_card_mastercard_prepaid"},
    {"4000000000000002", "pm_card_visa_chargeDeclined"},
    {"4000000000009995", "pm_card_visa_chargeDeclinedInsufficientFunds"},
    {"4000000000009987", "pm_card_visa_chargeDeclinedLostCard"},
    {"4000000000009979", "pm_card_visa_chargeDeclinedStolenCard"},
    {"4000000000000069", "pm_card_chargeDeclinedExpiredCard"},
    {"4000000000000127", "pm_card_chargeDeclinedIncorrectCvc"},
    {"4000000000000119", "pm_card_chargeDeclinedProcessingError"},
    {"4000000000006975", "pm_card_visa_chargeDeclinedVelocityLimitExceeded"},
    {"4000000000000341", "pm_card_chargeCustomerFail"},
}};

// https://docs.stripe.com/currencies: those of no decimals and of three, the last of which is to be 0. The crown of
// Iceland and the shilling of Uganda have none, but are written as if they had two, which are to be 00.
constexpr std::array<absl::string_view, 15> kNoDecimals = {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA",
                                                           "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::array<absl::string_view, 5> kThreeDecimals = {"BHD", "JOD", "KWD", "OMR", "TND"};
constexpr std::array<absl::string_view, 2> kTwoZeros = {"ISK", "UGX"};

template <std::size_t size>
bool Has(const std::array<absl::string_view, size>& codes, const std::string& currency) {
  return std::find(codes.begin(), codes.end(), currency) != codes.end();
}

bool IsHost(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == ':' || c == '[' || c == ']';
  });
}

}  // namespace

absl::Status CheckStripeKey(const std::string& key) {
  if (absl::StartsWith(key, "sk_live_") || absl::StartsWith(key, "rk_live_")) {
    return absl::InvalidArgumentError("is a live key: only Stripe's test mode is supported (sk_test_… or rk_test_…)");
  }
  const bool is_test = absl::StartsWith(key, "sk_test_") || absl::StartsWith(key, "rk_test_");
  const bool is_word = std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (is_test && is_word && key.size() > 8) return absl::OkStatus();
  return absl::InvalidArgumentError("is no secret key of Stripe's test mode (sk_test_… or rk_test_…)");
}

absl::Status CheckStripeBase(const std::string& base) {
  absl::string_view host = base;
  if (absl::ConsumePrefix(&host, "https://") && IsHost(host)) return absl::OkStatus();
  host = base;
  if (absl::ConsumePrefix(&host, "http://") && IsHost(host)) {
    for (const absl::string_view loopback : {"127.0.0.1", "localhost", "[::1]"}) {
      absl::string_view port = host;
      if (absl::ConsumePrefix(&port, loopback) && (port.empty() || port[0] == ':')) return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError("must be https://HOST[:PORT], or http:// of this machine, without a path");
}

absl::StatusOr<std::string> StripePaymentMethod(const Card& card) {
  for (const auto& [number, method] : kTestCards) {
    if (card.number == number) return std::string(method);
  }
  return base::InvalidField("credit_card.credit_card_number",
                            "only Stripe's test cards can be charged here, such as 4242 4242 4242 4242");
}

absl::StatusOr<std::int64_t> StripeAmount(const base::Money& amount) {
  std::int64_t per_unit = 100;
  if (Has(kNoDecimals, amount.currency)) per_unit = 1;
  if (Has(kThreeDecimals, amount.currency)) per_unit = 1000;
  std::int64_t step = 1;  // what the number is to be a multiple of
  if (Has(kThreeDecimals, amount.currency)) step = 10;
  if (Has(kTwoZeros, amount.currency)) step = 100;
  if (amount.IsNegative() || amount.IsZero()) {
    return base::InvalidField("amount", "must be more than zero to be charged by Stripe");
  }
  const std::int64_t nanos_per_minor = 1'000'000'000 / per_unit;
  if (amount.units > std::numeric_limits<std::int64_t>::max() / per_unit - 1) {
    return base::FieldOutOfRange("amount", "is more than Stripe can charge");
  }
  const std::int64_t minor = amount.units * per_unit + amount.nanos / nanos_per_minor;
  if (amount.nanos % nanos_per_minor != 0 || minor % step != 0) {
    return base::InvalidField("amount", absl::StrCat("has more decimals than Stripe charges in ", amount.currency));
  }
  return minor;
}

std::string StripeDecline(const std::string& code) {
  if (code == "insufficient_funds") return "The card has insufficient funds. Please use another one.";
  if (code == "expired_card") return "The card has expired. Please use another one.";
  if (code == "incorrect_cvc" || code == "invalid_cvc") return "The card's security code is wrong. Please check it.";
  if (code == "authentication_required") {
    return "The card's bank asks for a confirmation that this shop cannot give. Please use another one.";
  }
  if (code == "processing_error") return "The card could not be charged just now. Please try again.";
  // Also of lost and stolen ones: whoever holds the card is not told.
  return "The card was declined. Please use another one.";
}

}  // namespace boutique::payment
