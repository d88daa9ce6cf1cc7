// SPDX-License-Identifier: Apache-2.0
// What it takes to speak to Stripe: whose test account, and where.
// Stateless, safe from any thread.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "platform/base/money.h"
#include "services/payment/card.h"

namespace boutique::payment {

struct StripeOptions {
  std::string key;   // secret
  std::string base;  // "https://api.stripe.com"
};

// INVALID_ARGUMENT, which does not repeat the key, unless it is a secret or restricted key of test mode.
absl::Status CheckStripeKey(const std::string& key);
// INVALID_ARGUMENT unless `base` is https:// and a host, or http:// and this machine's loopback, without a path.
absl::Status CheckStripeBase(const std::string& base);

// Stripe's test payment method for its test card of this number ("pm_card_visa"); INVALID_ARGUMENT, which names the
// field, for any other number. No number is ever sent.
absl::StatusOr<std::string> StripePaymentMethod(const Card& card);

// The amount in Stripe's smallest unit of its currency. INVALID_ARGUMENT if it cannot be expressed exactly or is not
// more than zero, OUT_OF_RANGE if it is too large.
absl::StatusOr<std::int64_t> StripeAmount(const base::Money& amount);

// What the shopper is told of a decline, by Stripe's decline_code, or its code where there is none.
std::string StripeDecline(const std::string& code);

}  // namespace boutique::payment
