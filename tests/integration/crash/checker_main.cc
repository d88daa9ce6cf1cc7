// SPDX-License-Identifier: Apache-2.0
// Checks a shop that is at rest after bad days.
// usage: crash_checker JOURNAL LEDGER PATIENCE-SECONDS
// It prints what there was, and a line "objection: INVARIANT ABOUT: TEXT" for each that does not hold. Exit status 0 if
// all hold, 1 if not, 2 if it cannot tell.
#include <cstdlib>
#include <iostream>

#include "integration/crash/checker.h"

int main(int argc, char** argv) {
  using namespace boutique::crash;  // NOLINT: it is all about that
  if (argc != 4) {
    std::cerr << "usage: crash_checker JOURNAL LEDGER PATIENCE-SECONDS\n";
    return 2;
  }
  const auto journal = ReadJournal(argv[1]);
  const auto ledger = ReadLedger(argv[2]);
  const absl::StatusOr<Report> report = !journal.ok() ? absl::StatusOr<Report>(journal.status())
                                       : !ledger.ok() ? absl::StatusOr<Report>(ledger.status())
                                                      : CheckShop(*journal, *ledger, std::chrono::seconds(std::atoi(argv[3])));
  if (!report.ok()) {
    std::cerr << "crash_checker: " << report.status().ToString() << '\n';
    return 2;
  }
  for (const auto& [what, count] : report->counts) std::cout << what << ": " << count << '\n';
  for (const Objection& objection : report->objections) {
    std::cout << "objection: " << objection.invariant << ' ' << objection.about << ": " << objection.text << '\n';
  }
  return report->objections.empty() ? 0 : 1;
}
