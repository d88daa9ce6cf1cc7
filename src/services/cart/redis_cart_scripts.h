// SPDX-License-Identifier: Apache-2.0
// What Redis does with a cart, each of them one atomic script.
// Threads: immutable.
//
// A cart is the HASH `cart:{user_id}`. Each product is a field; its value is 10,000 times the number of its line plus
// the quantity, so the last four digits are the quantity, and the values are in the order of the lines. The field with
// the empty name, which no product has, is the number of the last line so far. A cart without lines does not exist.
//
// KEYS: our cart, and the key of the original's cart unless that is not to be looked for. It is looked for while there
// is no cart of ours: then a script that finds it changes nothing and answers its bytes. Once they are merged our cart
// exists, or theirs no longer does, so the look costs no further round trip and no mark.
#pragma once

#include "platform/storage/redis/redis_command.h"

namespace boutique::cart {

struct CartScripts {
  // ARGV: milliseconds to live, product, quantity. A ScriptOutcome.
  redis::Script add;
  redis::Script set;
  // ARGV: milliseconds to live. A list of fields and values, or nil for no cart.
  redis::Script get;
  // One more key, the last: the order's mark. ARGV: milliseconds for the cart to live, and for the mark; any number of
  // pairs of product and quantity. Subtracts them unless the mark is there, and sets it. A ScriptOutcome.
  redis::Script subtract;
  // Removes both carts.
  redis::Script empty;
  // ARGV: milliseconds to live, the original's bytes, and any number of pairs of product and quantity. Adds the pairs
  // to our cart and removes the original's, if that still has these bytes. A ScriptOutcome.
  redis::Script merge;
};

enum class ScriptOutcome { kDone = 0, kTooManyOfOne = 1, kTooManyLines = 2, kChanged = 3 };

// The same for all.
const CartScripts& Scripts();

}  // namespace boutique::cart
