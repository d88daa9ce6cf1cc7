// SPDX-License-Identifier: Apache-2.0
// A PostgreSQL whose disk is full, truly: its data are on a small one of their own.
#include <iostream>

#include "counters.h"
#include "support/eventually.h"

namespace boutique::postgres {
namespace {

using testing::Eventually;
using testing::PostgresServer;

// Counters in a PostgreSQL with a small disk, and what it says of itself.
struct SmallCounters {
  explicit SmallCounters(bool log_on_disk) : server({.disk_mebibytes = 64, .log_on_disk = log_on_disk}) {
    if (server.disk() == nullptr) {
      std::cerr << "left out: nobody may mount here, so there is no disk to fill\n";
      return;
    }
    counters.emplace(server);
    counters->database->WatchHealth([this](bool now) { able = now; });
  }
  ~SmallCounters() {
    if (counters) counters->database->WatchHealth({});
  }

  // A counter whose name fills a tenth of a page, so that it soon needs a new one.
  absl::Status AddOne() {
    const std::string name = std::to_string(added + 1) + std::string(800, 'x');
    const rpc::CallContext call = rpc::Begin(counters->loop, std::chrono::seconds(30));
    absl::Status outcome = counters->Get(counters->Add(call, name, 1)).status();
    if (outcome.ok()) ++added;
    return outcome;
  }
  absl::Status AddUntilItFails() {
    for (int i = 0; i < 1000; ++i) {
      if (absl::Status outcome = AddOne(); !outcome.ok()) return outcome;
    }
    return absl::OkStatus();
  }
  bool Becomes(bool wanted) {
    return Eventually([&] { return able == wanted; });
  }
  int Stored() const { return std::stoi(counters->Do("SELECT count(*) FROM counting.counters")); }

  PostgresServer server;
  std::optional<Counters> counters;
  std::atomic<bool> able{true};
  int added = 0;
};

TEST_CASE("a full disk of PostgreSQL is told, costs nothing that was stored, and is got over", "[postgres]") {
  SmallCounters small(/*log_on_disk=*/false);
  if (!small.counters) return;
  REQUIRE_OK(small.AddOne());
  small.server.disk()->Fill();
  const absl::Status refused = small.AddUntilItFails();
  CHECK_CODE(refused, kUnavailable);
  CHECK(refused.message().find("No space left on device") != absl::string_view::npos);
  CHECK(small.Becomes(false));
  CHECK(small.Stored() == small.added);  // what can be read is
  // Changes that need no room are done; it is not able for all that.
  const rpc::CallContext call = rpc::Begin(small.counters->loop, std::chrono::seconds(30));
  small.counters->Get(small.counters->Add(call, "1" + std::string(800, 'x'), 1)).status().IgnoreError();
  CHECK_FALSE(small.able);
  small.server.disk()->Clear();
  CHECK(small.Becomes(true));
  for (int i = 0; i < 20; ++i) REQUIRE_OK(small.AddOne());
  CHECK(small.Stored() == small.added);
}

// PostgreSQL itself ends when it cannot write its log; whoever keeps it running starts it again.
TEST_CASE("a PostgreSQL whose log has no room is away until it has, with all that was committed", "[postgres]") {
  SmallCounters small(/*log_on_disk=*/true);
  if (!small.counters) return;
  for (int i = 0; i < 20; ++i) REQUIRE_OK(small.AddOne());
  small.server.disk()->Fill();
  PostgresServer::Do(small.counters->url, "SELECT pg_switch_wal()");
  CHECK_CODE(small.AddUntilItFails(), kUnavailable);
  CHECK(small.Becomes(false));
  CHECK_CODE(small.AddUntilItFails(), kUnavailable);
  small.server.Kill();
  small.server.disk()->Clear();
  small.server.Start();
  CHECK(small.Becomes(true));
  // Of one that ended with its connection nobody knows, which its caller was told.
  CHECK(small.Stored() >= small.added);
  CHECK(small.Stored() <= small.added + 2);
  REQUIRE_OK(small.AddOne());
}

}  // namespace
}  // namespace boutique::postgres
