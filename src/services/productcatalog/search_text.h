// SPDX-License-Identifier: Apache-2.0
// The one form in which products' texts and queries are compared. Stateless, safe from any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace boutique::productcatalog {

// The text in lower case, each run of spaces and control characters as one space, none at either end. Nothing if it is
// not UTF-8. Where a query is part of a text without regard to case, its form is part of the text's form.
std::optional<std::string> SearchForm(absl::string_view text);

// Number of characters of valid UTF-8.
std::size_t CountCharacters(absl::string_view text);

// The parts of a search form between its spaces, each once.
std::vector<absl::string_view> QueryWords(absl::string_view form);

// A search form's words without punctuation, and each two neighbours with one space between them, for comparison with
// what somebody meant to type: "tank top" gives "tank", "tank top" and "top".
std::vector<std::u32string> ComparableWords(absl::string_view form);

// The characters of valid UTF-8.
std::u32string ToCharacters(absl::string_view text);

// Whether a word of `form` begins with `part`.
bool HasWordWithPrefix(absl::string_view form, absl::string_view part);

}  // namespace boutique::productcatalog
