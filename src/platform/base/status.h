// SPDX-License-Identifier: Apache-2.0
// Shorthand for the errors that bad input gets. Stateless, safe from any thread.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace boutique::base {

// INVALID_ARGUMENT, "<field>: <what>". `field` is the name in the contract, for example "address.city".
inline absl::Status InvalidField(absl::string_view field, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", what));
}

// OUT_OF_RANGE, "<field>: <what>".
inline absl::Status FieldOutOfRange(absl::string_view field, absl::string_view what) {
  return absl::OutOfRangeError(absl::StrCat(field, ": ", what));
}

// The status if it is an error, otherwise `next()`: chains of checks stop at the first that fails.
template <typename Next>
absl::Status AndThen(absl::Status status, Next next) {
  return status.ok() ? next() : status;
}

}  // namespace boutique::base
