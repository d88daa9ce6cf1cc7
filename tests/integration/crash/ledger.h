// SPDX-License-Identifier: Apache-2.0
// What the stores hold, read from them behind the services' backs, and what the mail server took over.
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
  // Orders that have an event of their confirmation: whether it was delivered.
  std::map<std::string, bool> events;
  // How many mails there were of an order, and how often somebody began to send one.
  std::map<std::string, int> mails;
  std::map<std::string, int> claims;
  // Whether picking lists are made, and of which orders there are some.
  bool has_picking = false;
  std::set<std::string> picked;
};

// Of lines "charge KEY STATE ID", "shipment KEY STATE ID", "order ID", "event ID 0|1", "mail ID" for each mail,
// "claims ID COUNT", "picking" and "picked ID", their words parted by tabs.
// FAILED_PRECONDITION naming the line that is none of these; NOT_FOUND without the file.
absl::StatusOr<Ledger> ReadLedger(const std::string& path);

}  // namespace boutique::crash
