// SPDX-License-Identifier: Apache-2.0
// What a parcel must be like, and by what a repeat of it is recognised.
// Stateless, safe from any thread.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "hipstershop/shipping.pb.h"

namespace boutique::shipping {

namespace pb = ::hipstershop;

// OK, or INVALID_ARGUMENT that names the field: an address with street, city and country, 1 to 500 lines of 1 to 1,000
// each, and, where it is set, the key.
absl::Status CheckParcel(const pb::ShipOrderRequest& request);

// 64 hexadecimal digits that stand for address and lines.
std::string FingerprintOf(const pb::ShipOrderRequest& request);

}  // namespace boutique::shipping
