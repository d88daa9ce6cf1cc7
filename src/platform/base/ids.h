// SPDX-License-Identifier: Apache-2.0
// Ids that cannot be guessed. Safe from any thread.
#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace boutique::base {

// A random UUID (RFC 9562, version 4) in lower case, from the kernel's cryptographic source.
std::string RandomUuid();

// Whether `text` has a version 4 UUID's form: 36 characters, lower-case hexadecimal, version and variant set.
bool IsUuidV4(absl::string_view text);

// `count` bytes from the kernel's cryptographic source.
std::string RandomBytes(std::size_t count);

}  // namespace boutique::base
