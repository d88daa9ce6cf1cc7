// SPDX-License-Identifier: Apache-2.0
// What shipping costs.
// Stateless, safe from any thread.
#pragma once

#include "absl/status/statusor.h"
#include "hipstershop/shipping.pb.h"
#include "platform/base/money.h"

namespace boutique::shipping {

namespace pb = ::hipstershop;

// In US dollars: nothing for no items, 8.99 for any other number, as in the public shop. The address is not looked at.
// INVALID_ARGUMENT for a negative quantity.
absl::StatusOr<base::Money> Quote(const pb::GetQuoteRequest& request);

}  // namespace boutique::shipping
