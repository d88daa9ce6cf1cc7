// SPDX-License-Identifier: Apache-2.0
// What an order costs: through the mesh with Redis, PostgreSQL and RabbitMQ beside bare commits and bare calls of the
// same run, on this disk and on slower ones, many at once in the mesh and in `boutique` with SQLite, and how fast the
// outbox drains. Everything shares the machine, the load with it; every commit is forced to the disk, and what that
// takes is printed first.
// usage: benchmark_checkout [ORDERS_PER_ROUND]
// Exit status: 1 if a limit was missed or an order failed, 2 if the arguments are wrong.
#include <fcntl.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "benchmark/bare_order.h"
#include "benchmark/buyers.h"
#include "benchmark/child_process.h"
#include "benchmark/load_client.h"
#include "benchmark/mesh.h"
#include "benchmark/postgres_session.h"
#include "benchmark/process_tree.h"
#include "benchmark/verdict.h"
#include "hipstershop/currency.pb.h"
#include "support/postgres_server.h"
#include "support/rabbitmq_server.h"
#include "support/redis_server.h"
#include "support/temporary_folder.h"

namespace boutique::benchmark {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kCommits = 6;  // in a row: tests/unit/services/checkout/checkout_path_test.cc counts them
constexpr int kCalls = 12;   // in a row, the buyer's own among them
constexpr int kInFlight = 24;  // whose calls are fewer than the 64 that every server takes at once

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double SecondsSince(Clock::time_point begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

std::string LoadAverage() {
  std::ifstream file("/proc/loadavg");
  std::string minute;
  file >> minute;
  return minute;
}

double OwnCpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// Of eight KiB more at a file's end, as a log is written.
double FsyncMilliseconds() {
  const testing::TemporaryFolder folder;
  const int file = open(folder.File("log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  const std::string page(8192, 'x');
  std::vector<double> milliseconds;
  for (int i = 0; i < 500; ++i) {
    if (write(file, page.data(), page.size()) != static_cast<ssize_t>(page.size())) std::abort();
    const auto begun = Clock::now();
    fdatasync(file);
    milliseconds.push_back(SecondsSince(begun) * 1e3);
  }
  close(file);
  return Median(std::move(milliseconds));
}

// Each of the requests once. Ends this program if one fails, unless `may_refuse` and a server had too much to do.
LoadResult Each(LoadClient& client, const char* method, const std::vector<std::string>& requests, int in_flight,
                bool may_refuse = false) {
  LoadResult result = client.RunEach(method, requests, in_flight);
  if (result.failures == 0) return result;
  std::fprintf(stderr, "%s: %ld of %ld failed, the first with \"%s\"\n", method, static_cast<long>(result.failures),
               static_cast<long>(result.calls), result.first_failure.error_message().c_str());
  const grpc::StatusCode code = result.first_failure.error_code();
  const bool is_refused = code == grpc::StatusCode::UNAVAILABLE || code == grpc::StatusCode::RESOURCE_EXHAUSTED;
  if (may_refuse && is_refused) return result;
  std::exit(1);
}

// The servers, the mesh that keeps everything in them, and ways to it.
class ServedMesh {
 public:
  ServedMesh() {
    setenv("REDIS_ADDR", redis_.address().c_str(), 1);
    setenv("DATABASE_URL", url_.c_str(), 1);
    setenv("AMQP_URL", rabbit_.Url().c_str(), 1);
    mesh_ = std::make_unique<Mesh>();
    for (const char* variable : {"REDIS_ADDR", "DATABASE_URL", "AMQP_URL"}) unsetenv(variable);
    carts_ = std::make_unique<LoadClient>(mesh_->AddressOf("cartservice"));
    checkout_ = std::make_unique<LoadClient>(mesh_->AddressOf("checkoutservice"));
  }

  LoadResult Order(int count, int in_flight) {
    const Buyers buyers(count);
    Each(*carts_, kAddItem, buyers.additions, kInFlight);
    before_ = Cpu();
    LoadResult result = Each(*checkout_, kPlaceOrder, buyers.orders, in_flight, true);
    after_ = Cpu();
    return result;
  }
  // Of the last orders, by process.
  void PrintCpu(double orders) const {
    double all = 0;
    for (std::size_t i = 0; i < after_.size(); ++i) {
      const double us = (after_[i].second - before_[i].second) * 1e6 / orders;
      all += us;
      if (us >= 10) std::printf("  %-24s %6.0f us of CPU for an order\n", after_[i].first.c_str(), us);
    }
    const double own = (after_.back().second - before_.back().second) * 1e6 / orders;
    std::printf("  %-24s %6.0f us, %.0f without the load: two cores with nothing else to do make %.0f a second\n",
                "altogether", all, all - own, 2e6 / (all - own));
  }
  // Events of orders that are not published.
  std::int64_t Waiting() {
    std::int64_t count = 0;
    const std::string answer = session_.Do("SELECT count(*) FROM orders.order_events WHERE published_at_ms IS NULL");
    return absl::SimpleAtoi(answer, &count) ? count : -1;
  }
  // Waits until no more events than these wait; ends this program if that takes minutes.
  void AwaitWaiting(std::int64_t most) {
    const auto begun = Clock::now();
    while (Waiting() > most) {
      if (SecondsSince(begun) > 120) std::exit(1);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

  PostgresSession& session() { return session_; }
  const std::string& url() const { return url_; }
  testing::RabbitMqServer& rabbit() { return rabbit_; }

 private:
  using CpuByName = std::vector<std::pair<std::string, double>>;
  CpuByName Cpu() const {
    CpuByName seconds = {{"Redis", CpuSecondsOfTree(redis_.pid())},
                         {"PostgreSQL", CpuSecondsOfTree(postgres_.pid())},
                         {"RabbitMQ", CpuSecondsOfTree(rabbit_.pid())}};
    const std::vector<std::int64_t> nanos = mesh_->CpuNanos();
    for (std::size_t i = 0; i < nanos.size(); ++i) {
      seconds.emplace_back(mesh_->names()[i], static_cast<double>(nanos[i]) / 1e9);
    }
    seconds.emplace_back("the load", OwnCpuSeconds());
    return seconds;
  }

  testing::RedisServer redis_;
  testing::PostgresServer postgres_{{.durable = true}};
  testing::RabbitMqServer rabbit_;
  const std::string url_ = postgres_.NewDatabase();
  PostgresSession session_{url_};
  std::unique_ptr<Mesh> mesh_;
  std::unique_ptr<LoadClient> carts_;
  std::unique_ptr<LoadClient> checkout_;
  CpuByName before_;
  CpuByName after_;
};

// As on a disk that takes so much longer to write what it is told to: PostgreSQL waits before each fsync of its log.
void DelayCommits(ServedMesh& mesh, int us) {
  mesh.session().Do("ALTER SYSTEM SET commit_siblings = 0");  // it waits for a single transaction, too
  mesh.session().Do("ALTER SYSTEM SET commit_delay = " + std::to_string(us));
  mesh.session().Do("SELECT pg_reload_conf()");
}

void OneAtATime(ServedMesh& mesh, int orders, const std::vector<int>& delays_us) {
  ChildProcess server("bare_server", {"0"});
  LoadClient echo(server.AddressOf("grpc"));
  mesh.session().MakeTable();
  mesh.session().Prepare();
  BareOrder bare_order(mesh.url(), kCalls, kCommits);
  hipstershop::CurrencyConversionRequest conversion;
  conversion.set_to_code("EUR");
  const std::vector<std::string> conversions(static_cast<std::size_t>(orders), conversion.SerializeAsString());
  std::printf("one at a time; the limit is 1.5 times as long as %d bare commits and %d bare calls, each kind over and\n"
              "  over, or in turns, to %d servers that fall asleep meanwhile:\n"
              "  commit took  longer by  a call   an order  over and over   ratio         in turns   ratio\n",
              kCommits, kCalls, BareOrder::kServers);
  for (const int delay_us : delays_us) {
    DelayCommits(mesh, delay_us);
    std::vector<double> of_commits;
    std::vector<double> of_calls;
    std::vector<double> of_orders;
    std::vector<double> of_bare_orders;
    const int rounds = delay_us == 0 ? 20 : 6;  // the disk and the machine are not the same all the time
    for (int round = -1; round < rounds; ++round) {
      if (round == 0) {  // warm by now, and every session knows the delay
        for (auto* milliseconds : {&of_commits, &of_calls, &of_orders, &of_bare_orders}) milliseconds->clear();
      }
      mesh.session().CommitEach(orders, &of_commits);
      for (int i = 0; i < orders; ++i) of_bare_orders.push_back(bare_order.Milliseconds());
      for (const auto nanos : Each(echo, "/hipstershop.CurrencyService/Convert", conversions, 1).latencies) {
        of_calls.push_back(static_cast<double>(nanos) / 1e6);
      }
      for (const auto nanos : mesh.Order(orders, 1).latencies) of_orders.push_back(static_cast<double>(nanos) / 1e6);
    }
    const double commit = Median(of_commits);
    const double call = Median(of_calls);
    const double order = Median(of_orders);
    const double hot = kCommits * commit + kCalls * call;
    const double bare = Median(of_bare_orders);
    std::printf("  %7.3f ms  %6.1f ms  %.3f ms  %5.2f ms  %8.2f ms  %5.2f %-7s  %8.2f ms  %5.2f %s\n", commit,
                delay_us / 1e3, call, order, hot, order / hot, Verdict(order <= 1.5 * hot), bare, order / bare,
                Verdict(order <= 1.5 * bare));
    if (delay_us == 0) mesh.PrintCpu(orders);
  }
  DelayCommits(mesh, 0);
}

double ManyAtOnce(ServedMesh& mesh, int orders) {
  mesh.Order(orders / 4, kInFlight);
  LoadResult result = mesh.Order(orders, kInFlight);
  const double cores = std::max(2.0, static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN)));
  const double rate = result.PerSecond();
  std::printf("mesh, %d at once: %.0f orders a second on %.0f cores (at least 300 for two: %s), p50 %.1f ms,\n"
              "  p99 %.1f ms; load average %s\n",
              kInFlight, rate, cores, Verdict(rate * 2 / cores >= 300), static_cast<double>(result.Quantile(0.5)) / 1e6,
              static_cast<double>(result.Quantile(0.99)) / 1e6, LoadAverage().c_str());
  mesh.PrintCpu(orders);
  return rate;
}

void Drain(ServedMesh& mesh, double orders_a_second, int events) {
  mesh.AwaitWaiting(0);
  mesh.rabbit().Kill();
  mesh.Order(events / 20, kInFlight);
  // The same over and over, under other ids: what follows them up does what it does for new ones, and finds it done.
  mesh.session().Do(
      "INSERT INTO orders.order_events (event_id, type, occurred_at_ms, taken_until_ms, message) SELECT event_id || "
      "'.' || n, type, occurred_at_ms, 0, message FROM orders.order_events, generate_series(2, 20) n WHERE "
      "published_at_ms IS NULL");
  mesh.session().Do("ANALYZE orders.order_events");
  const std::int64_t waiting = mesh.Waiting();
  mesh.rabbit().Start();
  mesh.AwaitWaiting(waiting - 1);
  const std::int64_t first = mesh.Waiting();
  const auto begun = Clock::now();
  mesh.AwaitWaiting(0);
  const double rate = static_cast<double>(first) / SecondsSince(begun);
  std::printf("outbox: %ld events that had waited for RabbitMQ, %.0f a second (at least 2000: %s), %.1f times as fast\n"
              "  as orders are placed (at least 3: %s); load average %s\n",
              static_cast<long>(waiting), rate, Verdict(rate >= 2000), rate / orders_a_second,
              Verdict(rate >= 3 * orders_a_second), LoadAverage().c_str());
}

void OneProcess(int orders) {
  const testing::TemporaryFolder folder;
  ChildProcess boutique("boutique", OnFreePorts({"--grpc-port=0", "--data-dir=" + folder.path()}));
  LoadClient client(boutique.AddressOf("grpc"));
  const auto order = [&client](int count) {
    const Buyers buyers(count);
    Each(client, kAddItem, buyers.additions, kInFlight);
    return Each(client, kPlaceOrder, buyers.orders, kInFlight, true);
  };
  order(orders / 4);
  const std::int64_t before = boutique.CpuNanos();
  LoadResult result = order(orders);
  const double us = static_cast<double>(boutique.CpuNanos() - before) / 1e3 / orders;
  std::printf("boutique with SQLite, %d at once: %.0f orders a second (at least 500: %s), p50 %.1f ms,\n"
              "  p99 %.1f ms, %.0f us of CPU for an order and its cart; load average %s\n",
              kInFlight, result.PerSecond(), Verdict(result.PerSecond() >= 500),
              static_cast<double>(result.Quantile(0.5)) / 1e6, static_cast<double>(result.Quantile(0.99)) / 1e6, us,
              LoadAverage().c_str());
}

}  // namespace

int Main(int argc, char** argv) {
  int orders = 2000;
  if (argc > 1 && (!absl::SimpleAtoi(argv[1], &orders) || orders < 100)) {
    std::fprintf(stderr, "usage: benchmark_checkout [ORDERS_PER_ROUND]\n");
    return 2;
  }
  setenv("LOG_LEVEL", "warning", 1);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  std::printf("fsync of this disk: %.3f ms; load average %s\n", FsyncMilliseconds(), LoadAverage().c_str());
  OneProcess(orders);
  ServedMesh mesh;
  OneAtATime(mesh, orders / 20, {0, 1000, 2000});
  const double rate = ManyAtOnce(mesh, orders);
  Drain(mesh, rate, 10 * orders);
  return ExitStatus();
}

}  // namespace boutique::benchmark

int main(int argc, char** argv) { return boutique::benchmark::Main(argc, argv); }
