// SPDX-License-Identifier: Apache-2.0
// Proves what holds after any mix of crashes, from what the buyers were told, what the services say and what the stores
// hold.
// Threads: CheckShop uses several of its own; the rest are values.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "integration/crash/journal.h"
#include "integration/crash/ledger.h"

namespace boutique::crash {

// What does not hold, by the name of the invariant:
//   charge     a confirmed order has one standing charge of its total; no other order, and nobody else, has any
//   shipment   a confirmed order has one parcel; no other order, and nobody else, has any
//   key        requests with one key give one order and the same answer
//   told       what its buyer was told of an order is so, and stays so
//   cart       a cart holds what was added and not ordered
//   announced  a confirmed order is settled, its event was delivered, and its buyer was sent a mail
//   mail       no buyer was sent more mails than were begun, and none was for an order that is not confirmed
//   picked     a confirmed order has a picking list; no other order has, nor has anything else
//   open       every order, and every buyer, has come to an end
//   attention  no order waits for a person
struct Objection {
  std::string invariant;
  // The order's id, its key, or whatever else names what is wrong.
  std::string about;
  std::string text;
};

struct Report {
  std::vector<Objection> objections;
  // "orders", "confirmed", "refunded", …: what there was.
  std::map<std::string, int> counts;
};

// UNAVAILABLE if the services do not answer. Orders get `patience` to come to an end.
absl::StatusOr<Report> CheckShop(const Journal& journal, const Ledger& ledger, std::chrono::milliseconds patience);

}  // namespace boutique::crash
