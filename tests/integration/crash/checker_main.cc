// SPDX-License-Identifier: Apache-2.0
// Checks a shop that is at rest after bad days.
// usage: crash_checker JOURNAL LEDGER PATIENCE-SECONDS
// It prints what there was, and a line "objection: INVARIANT ABOUT: TEXT" for each that does not hold. Exit status 0 if
// all hold, 1 if not, 2 if it cannot tell.
#include <cstdlib>
#include <iostream>
#include <string>

#include "integration/crash/checker.h"

namespace boutique::crash {
namespace {

absl::StatusOr<Report> Check(const std::string& journal_path, const std::string& ledger_path, int patience_seconds) {
  const auto journal = ReadJournal(journal_path);
  if (!journal.ok()) return journal.status();
  const auto ledger = ReadLedger(ledger_path);
  if (!ledger.ok()) return ledger.status();
  return CheckShop(*journal, *ledger, std::chrono::seconds(patience_seconds));
}

}  // namespace
}  // namespace boutique::crash

int main(int argc, char** argv) {
  using namespace boutique::crash;  // NOLINT: it is all about that
  if (argc != 4) {
    std::cerr << "usage: crash_checker JOURNAL LEDGER PATIENCE-SECONDS\n";
    return 2;
  }
  const absl::StatusOr<Report> report = Check(argv[1], argv[2], std::atoi(argv[3]));
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
