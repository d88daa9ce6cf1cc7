// SPDX-License-Identifier: Apache-2.0
// The SHA-256 digest (FIPS 180-4), by OpenSSL. Stateless, safe from any thread.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace boutique::base {

// 32 bytes.
std::string Sha256(absl::string_view text);

}  // namespace boutique::base
