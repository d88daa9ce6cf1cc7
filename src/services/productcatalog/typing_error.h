// SPDX-License-Identifier: Apache-2.0
// Whether one slip of the fingers lies between two words. Stateless, safe from any thread.
#pragma once

#include <string_view>

namespace boutique::productcatalog {

// Whether the words differ by at most one typing error: a character too many, missing or wrong, or two neighbours
// swapped (a Damerau-Levenshtein distance of 0 or 1).
bool WithinOneTypingError(std::u32string_view a, std::u32string_view b);

// The same between `typed` and the beginning of `word`: the word was not typed to its end.
bool BeginsWithinOneTypingError(std::u32string_view word, std::u32string_view typed);

}  // namespace boutique::productcatalog
