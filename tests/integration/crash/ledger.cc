// SPDX-License-Identifier: Apache-2.0
#include "integration/crash/ledger.h"

#include <fstream>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace boutique::crash {
namespace {

bool ReadRecord(const std::vector<std::string>& words, Ledger* ledger) {
  Ledger::Entry entry{.state = 0, .id = words[3]};
  if (!absl::SimpleAtoi(words[2], &entry.state)) return false;
  if (words[0] == "charge") return ledger->charges.emplace(words[1], entry).second;
  return words[0] == "shipment" && ledger->shipments.emplace(words[1], entry).second;
}

bool ReadCount(const std::vector<std::string>& words, Ledger* ledger) {
  int count = 0;
  if (!absl::SimpleAtoi(words[2], &count)) return false;
  if (words[0] == "event") return ledger->events.emplace(words[1], count != 0).second;
  return words[0] == "claims" && ledger->claims.emplace(words[1], count).second;
}

bool ReadName(const std::vector<std::string>& words, Ledger* ledger) {
  if (words[0] == "order") return ledger->orders.insert(words[1]).second;
  if (words[0] == "picked") return ledger->picked.insert(words[1]).second;
  return words[0] == "mail" && ++ledger->mails[words[1]] > 0;
}

bool Read(const std::vector<std::string>& words, Ledger* ledger) {
  switch (words.size()) {
    case 1: ledger->has_picking = true; return words[0] == "picking";
    case 2: return ReadName(words, ledger);
    case 3: return ReadCount(words, ledger);
    case 4: return ReadRecord(words, ledger);
    default: return false;
  }
}

}  // namespace

absl::StatusOr<Ledger> ReadLedger(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  Ledger ledger;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const std::vector<std::string> words = absl::StrSplit(line, '\t');
    if (!Read(words, &ledger)) {
      return absl::FailedPreconditionError(absl::StrCat(path, ":", number, ": cannot be read, or is there twice"));
    }
  }
  return ledger;
}

}  // namespace boutique::crash
