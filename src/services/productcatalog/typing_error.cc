// SPDX-License-Identifier: Apache-2.0
#include "services/productcatalog/typing_error.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace boutique::productcatalog {

bool WithinOneTypingError(std::u32string_view a, std::u32string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  const auto differ = std::mismatch(a.begin(), a.end(), b.begin());
  const auto at = static_cast<std::size_t>(differ.first - a.begin());
  const std::u32string_view rest_a = a.substr(at);
  const std::u32string_view rest_b = b.substr(at);
  if (a.size() < b.size()) return rest_a == rest_b.substr(1);
  if (rest_a.empty() || rest_a.substr(1) == rest_b.substr(1)) return true;
  return rest_a.size() >= 2 && rest_a[0] == rest_b[1] && rest_a[1] == rest_b[0] &&
         rest_a.substr(2) == rest_b.substr(2);
}

bool BeginsWithinOneTypingError(std::u32string_view word, std::u32string_view typed) {
  const std::size_t shortest = typed.empty() ? 0 : typed.size() - 1;
  for (std::size_t length = shortest; length <= typed.size() + 1 && length <= word.size(); ++length) {
    if (WithinOneTypingError(word.substr(0, length), typed)) return true;
  }
  return false;
}

}  // namespace boutique::productcatalog
