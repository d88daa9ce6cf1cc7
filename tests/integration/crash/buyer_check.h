// SPDX-License-Identifier: Apache-2.0
// Checks the orders and the cart of one buyer.
// Threads: values, but for what they write to.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "integration/crash/findings.h"
#include "integration/crash/journal.h"
#include "integration/crash/ledger.h"
#include "integration/crash/shop.h"

namespace boutique::crash {

// What the journal says of one user.
struct Buyer {
  std::string user;
  std::map<std::string, int> added;                     // by product: acknowledged
  std::map<std::string, std::vector<int>> maybe_added;  // by product: not
  std::map<std::string, std::vector<Answer>> answers;   // by key
};

// Compares what the buyer was told with what the services say and the ledger holds. UNAVAILABLE if they say nothing.
// Until the deadline it waits for orders to come to an end.
absl::Status CheckBuyer(Shop& shop, const Ledger& ledger, std::chrono::steady_clock::time_point deadline,
                        const Buyer& buyer, Findings* findings);

}  // namespace boutique::crash
