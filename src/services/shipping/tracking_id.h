// SPDX-License-Identifier: Apache-2.0
// The id by which a parcel is traced.
// Stateless, safe from any thread.
#pragma once

#include <string>

#include "absl/random/bit_gen_ref.h"
#include "hipstershop/types.pb.h"

namespace boutique::shipping {

// "LL-<length><3 digits>-<half of it><7 digits>", as the public shop makes it: two random letters, the length in bytes
// of "street, city, state", and random digits. All 26 letters occur.
std::string NewTrackingId(const hipstershop::Address& address, absl::BitGenRef random);

}  // namespace boutique::shipping
