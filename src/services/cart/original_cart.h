// SPDX-License-Identifier: Apache-2.0
// The carts that the public Online Boutique keeps in Redis, for a change of service in which no shopper loses theirs.
// Stateless, safe from any thread.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "hipstershop/cart.pb.h"

namespace boutique::cart {

// The lines to take over from the bytes of such a cart. The original checks nothing, so: lines of one product are added
// up, quantities above kMostOfOne are cut to it, and lines without a product, with an overlong one, with less than one
// piece, or beyond kMostLines are left out. Nothing if the bytes are no cart of this user's: then they are somebody
// else's, and stay where they are.
std::optional<hipstershop::Cart> ReadOriginalCart(const std::string& user_id, absl::string_view bytes);

}  // namespace boutique::cart
