// SPDX-License-Identifier: Apache-2.0
// Hashes of passwords in the form of crypt(3): SHA-512 ($6$), SHA-256 ($5$), bcrypt ($2b$, $2y$), yescrypt ($y$).
// Stateless, safe from any thread. Each call costs milliseconds of a processor: not for a loop.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace boutique::gateway {

// What crypt(3) takes of a password, in bytes.
inline constexpr std::size_t kLongestPassword = 511;

// Whether passwords can be compared with this hash. INVALID_ARGUMENT, in words without the hash, if it is of no method
// from above, is cut short, or takes longer than a second.
absl::Status CheckPasswordHash(const std::string& hash);

// Whether the hash is this password's. Takes as long for a wrong one as for the right one.
bool IsPasswordOf(const std::string& hash, const std::string& password);

}  // namespace boutique::gateway
