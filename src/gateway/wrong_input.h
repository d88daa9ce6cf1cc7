// SPDX-License-Identifier: Apache-2.0
// What a shopper typed that cannot be used, in words for the shopper.
// Pure functions; safe from any thread.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace boutique::gateway {

// INVALID_ARGUMENT whose sentence a page shows. Without this mark it does not: what a service says of a field
// ("item.product_id: must have 1 to 128 bytes") is said to programs.
absl::Status WrongInput(absl::string_view sentence);

// The sentence of WrongInput; empty for every other status.
std::string SentenceOf(const absl::Status& status);

}  // namespace boutique::gateway
