// SPDX-License-Identifier: Apache-2.0
// Checks of single fields that every service makes of its requests. Stateless, safe from any thread.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "platform/base/status.h"

namespace boutique::base {

// OK if `value` has from `least` to `most` bytes, none of them NUL, which PostgreSQL's texts do not hold; otherwise
// INVALID_ARGUMENT that names the field.
inline absl::Status CheckLength(absl::string_view field, absl::string_view value, std::size_t least, std::size_t most) {
  if (absl::StrContains(value, '\0')) return InvalidField(field, "must not have a NUL character");
  if (value.size() >= least && value.size() <= most) return absl::OkStatus();
  if (value.empty()) return InvalidField(field, "is required");
  return InvalidField(field, absl::StrCat("must have ", least, " to ", most, " bytes, not ", value.size()));
}

// OK for a user id of 1 to 128 bytes.
inline absl::Status CheckUserId(absl::string_view user_id) { return CheckLength("user_id", user_id, 1, 128); }

// OK for an address that a mail server could know: local@domain, at most 254 bytes, 64 of them before the one '@' (RFC
// 5321, 4.5.3.1), no blank, control or special character (RFC 5322, 3.2.3), a dot inside the domain and nothing empty
// between dots. Letters of any script pass. The address itself is not in the message.
absl::Status CheckEmail(absl::string_view field, absl::string_view address);

// OK for an idempotency key of 16 to 64 visible ASCII characters.
inline absl::Status CheckIdempotencyKey(absl::string_view key) {
  for (const char c : key) {
    if (c <= ' ' || c > '~') return InvalidField("idempotency_key", "must be visible ASCII characters");
  }
  return CheckLength("idempotency_key", key, 16, 64);
}

}  // namespace boutique::base
