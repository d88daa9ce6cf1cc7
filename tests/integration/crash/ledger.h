// SPDX-License-Identifier: Apache-2.0
// What the stores hold, read from their files behind the services' backs, and whom the e-mail service has told.
// Threads: a value.
#pragma once

#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"

namespace boutique::crash {

struct Ledger {
  struct Entry {
    int state = 0;
    // Of the charge or the parcel; empty if there never was one.
    std::string id;
  };
  // By their keys.
  std::map<std::string, Entry> charges;
  std::map<std::string, Entry> shipments;
  // Ids of orders.
  std::set<std::string> orders;
  std::set<std::string> announced;
};

// Of lines "charge KEY STATE ID", "shipment KEY STATE ID", "order ID" and "announced ID", their words parted by tabs.
// FAILED_PRECONDITION naming the line that is none of these; NOT_FOUND without the file.
absl::StatusOr<Ledger> ReadLedger(const std::string& path);

}  // namespace boutique::crash
