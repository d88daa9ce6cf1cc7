// SPDX-License-Identifier: Apache-2.0
#include "integration/crash/ledger.h"

#include <fstream>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace boutique::crash {
namespace {

bool Read(const std::vector<std::string>& words, Ledger* ledger) {
  if (words.size() == 2 && words[0] == "order") return ledger->orders.insert(words[1]).second;
  if (words.size() == 2 && words[0] == "announced") {
    ledger->announced.insert(words[1]);  // more than once is allowed
    return true;
  }
  if (words.size() != 4 || (words[0] != "charge" && words[0] != "shipment")) return false;
  Ledger::Entry entry{.state = 0, .id = words[3]};
  if (!absl::SimpleAtoi(words[2], &entry.state)) return false;
  return (words[0] == "charge" ? ledger->charges : ledger->shipments).emplace(words[1], entry).second;
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
