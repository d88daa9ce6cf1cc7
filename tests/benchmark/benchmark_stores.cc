// SPDX-License-Identifier: Apache-2.0
// How many orders a store takes: SQLite in a file beside PostgreSQL, both forcing each commit to the disk, in this
// process, by calls in flight.
// usage: benchmark_stores [SECONDS_PER_ROUND]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "platform/coro/spawn.h"
#include "platform/rpc/call_context.h"
#include "platform/storage/postgres/database.h"
#include "platform/storage/sqlite/database.h"
#include "services/order/order_schema.h"
#include "services/order/sql_order_store.h"
#include "support/postgres_server.h"
#include "support/temporary_folder.h"
#include "unit/services/order/sample_order.h"

namespace boutique::benchmark {
namespace {

using Clock = std::chrono::steady_clock;
namespace pb = ::hipstershop;

constexpr int kConnections = 8;

// One of those that keep a call in flight each.
coro::Task<int> Shop(order::OrderStore& store, rpc::Loop& loop, int number, Clock::time_point end,
                     std::vector<double>* milliseconds) {
  co_await rpc::ResumeOn(loop);
  int created = 0;
  for (auto now = Clock::now(); now < end; now = Clock::now()) {
    const rpc::CallContext call = rpc::Begin(loop, std::chrono::seconds(10));
    const pb::Order order =
        order::SampleOrder("ann", absl::StrCat("key-", number, "-", created, "-", base::RandomUuid()));
    const auto stored = co_await store.Create(call, order);
    if (!stored.ok()) {
      std::fprintf(stderr, "%s\n", stored.status().ToString().c_str());
      std::exit(1);
    }
    milliseconds->push_back(std::chrono::duration<double, std::milli>(Clock::now() - now).count());
    ++created;
  }
  co_return created;
}

void Measure(const char* engine, sql::Database& database, int in_flight, std::chrono::seconds time) {
  order::SqlOrderStore store(database);
  rpc::Loop loop;
  loop.Start();
  std::vector<double> milliseconds;  // of the loop's thread
  std::latch ended(in_flight);
  const auto begun = Clock::now();
  for (int i = 0; i < in_flight; ++i) {
    coro::Spawn(Shop(store, loop, i, begun + time, &milliseconds), [&ended](int) { ended.count_down(); });
  }
  ended.wait();
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  loop.Stop();
  std::sort(milliseconds.begin(), milliseconds.end());
  const std::size_t count = milliseconds.size();
  std::printf("%-24s %9d %10.0f %9.2f %9.2f\n", engine, in_flight, static_cast<double>(count) / seconds,
              milliseconds[count / 2], milliseconds[count * 99 / 100]);
}

void Run(std::chrono::seconds time) {
  const testing::TemporaryFolder folder;
  testing::PostgresServer server({.durable = true});
  const auto sqlite = sqlite::Database::Open(folder.File("orders.db"), order::OrderSchema().sqlite);
  const auto postgres =
      postgres::Database::Open(*postgres::ParseUrl(server.NewDatabase()), order::OrderSchema(), kConnections);
  if (!sqlite.ok() || !postgres.ok()) std::exit(1);
  std::printf("%-24s %9s %10s %9s %9s\n", "Orders created", "in flight", "per second", "p50 ms", "p99 ms");
  for (const int in_flight : {1, 64}) {
    Measure("SQLite, in a file", **sqlite, in_flight, time);
    Measure("PostgreSQL, 8 connections", **postgres, in_flight, time);
  }
}

}  // namespace
}  // namespace boutique::benchmark

int main(int argc, char** argv) {
  int seconds = 3;
  if (argc > 1 && (!absl::SimpleAtoi(argv[1], &seconds) || seconds < 1)) {
    std::fprintf(stderr, "usage: benchmark_stores [SECONDS_PER_ROUND]\n");
    return 2;
  }
  boutique::benchmark::Run(std::chrono::seconds(seconds));
  return 0;
}
