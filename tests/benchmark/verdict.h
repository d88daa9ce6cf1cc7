// SPDX-License-Identifier: Apache-2.0
// Whether the limits of a benchmark hold: said beside each figure, and by the program's exit status.
// Threads: any.
#pragma once

#include <atomic>

namespace boutique::benchmark {

namespace internal {
inline std::atomic<bool> is_one_missed{false};
}  // namespace internal

// What is printed of a limit.
inline const char* Verdict(bool holds) {
  if (!holds) internal::is_one_missed.store(true);
  return holds ? "holds" : "MISSED";
}

// Of the program: 0 if every limit held.
inline int ExitStatus() { return internal::is_one_missed.load() ? 1 : 0; }

}  // namespace boutique::benchmark
