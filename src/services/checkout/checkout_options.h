// SPDX-License-Identifier: Apache-2.0
// How long the parts of an order may take.
// Threads: a value.
#pragma once

#include <chrono>
#include <cstdint>

namespace boutique::checkout {

struct CheckoutOptions {
  // An order that its process is silent about for as long may be taken over by another. Three fifths of kLongestLease
  // are less than the 30 s after which the storefront believes that an order it cannot find was never stored.
  static constexpr auto kLongestLease = std::chrono::seconds(45);
  std::chrono::nanoseconds lease = std::chrono::seconds(15);
  // How often interrupted orders are looked for, more or less.
  std::chrono::nanoseconds resume_interval = std::chrono::seconds(5);
  // An order that could not be brought to an end for as long is left to a person.
  std::chrono::nanoseconds attention_after = std::chrono::hours(24);
  // With less left before the buyer's deadline no order is begun.
  std::chrono::nanoseconds least_left = std::chrono::milliseconds(100);

  // What an order gets to be charged and shipped, whatever the buyer's deadline: by default 9 s, less than a process's
  // SHUTDOWN_GRACE, and well before the lease ends.
  std::chrono::nanoseconds saga_budget() const { return lease * 3 / 5; }
  std::int64_t LeaseMs() const { return std::chrono::ceil<std::chrono::milliseconds>(lease).count(); }
};

}  // namespace boutique::checkout
