// SPDX-License-Identifier: Apache-2.0
// A statement as PostgreSQL wants it.
// Threads: stateless.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace boutique::postgres {

// The text with $1, $2, … for its question marks, but for those within quotes and comments.
std::string Numbered(absl::string_view sql);

}  // namespace boutique::postgres
