// SPDX-License-Identifier: Apache-2.0
// What a request to order must be like, and by what a repeat of it is recognised.
// Stateless, safe from any thread.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "hipstershop/checkout.pb.h"

namespace boutique::checkout {

namespace pb = ::hipstershop;

// OK, or INVALID_ARGUMENT that names the field: the user, the currency's form, an address with street, city and
// country, an e-mail address, a card, and, where they are set, key and expected total.
absl::Status CheckOrderRequest(const pb::PlaceOrderRequest& request);

// 64 hexadecimal digits that stand for what is asked for: currency, address, e-mail and expected total. Never the
// card: a repeat may bring another one, and nothing of a card is stored.
std::string FingerprintOf(const pb::PlaceOrderRequest& request);

}  // namespace boutique::checkout
