// SPDX-License-Identifier: Apache-2.0
// Durations as people write them. Stateless, safe from any thread.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace boutique::base {

// Parses a sum of numbers with units ns, us (or µs), ms, s, m, h and d: "5.5s", "1h30m", "30d", and "0", to the nearest
// nanosecond. INVALID_ARGUMENT for anything else, for a negative duration, and for one longer than 100 years.
absl::StatusOr<std::chrono::nanoseconds> ParseDuration(absl::string_view text);

// The duration in the largest unit that divides it: "30d", "1500ms".
std::string FormatDuration(std::chrono::nanoseconds duration);

}  // namespace boutique::base
