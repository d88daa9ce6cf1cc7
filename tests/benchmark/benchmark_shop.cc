// SPDX-License-Identifier: Apache-2.0
// What the whole shop costs: `boutique`'s start and memory, and the home page through the mesh of processes beside its
// calls as bare echoes.
// usage: benchmark_shop [PAGES]
// Exit status: 1 if a limit was missed, 2 if the arguments are wrong.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <time.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "benchmark/child_process.h"
#include "benchmark/mesh.h"
#include "benchmark/page_client.h"
#include "benchmark/verdict.h"
#include "hipstershop/currency.pb.h"

namespace boutique::benchmark {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t OwnCpuNanos() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

// The pages of a visit, one after the other.
void Browse(const std::string& address, int pages) {
  const std::vector<std::string> paths = {"/", "/product/OLJCESPC7Z", "/cart", "/search?q=kitchen", "/product/6E92ZMYYFZ"};
  PageClient client(address);
  for (int i = 0; i < pages; ++i) client.Get(paths[static_cast<std::size_t>(i) % paths.size()]);
}

// The sum of a counter over its labels, as a program's metrics say.
double SumOf(const std::string& metrics, absl::string_view name) {
  double sum = 0;
  for (const absl::string_view line : absl::StrSplit(metrics, '\n')) {
    if (line.substr(0, name.size()) != name || line.substr(name.size(), 1) != "{") continue;
    double value = 0;
    if (absl::SimpleAtod(line.substr(line.rfind(' ') + 1), &value)) sum += value;
  }
  return sum;
}

void OneProcess(int pages) {
  const auto start = Clock::now();
  ChildProcess boutique("boutique", OnFreePorts({"--grpc-port=0", "--data-dir=:memory:"}));
  const double ready = std::chrono::duration<double>(Clock::now() - start).count();
  Browse(boutique.AddressOf("shop"), pages);
  const double mebibytes = static_cast<double>(boutique.PssKib()) / 1024;
  std::printf("boutique: ready after %.3f s (at most 0.5: %s), %.1f MiB after %d pages (at most 80: %s)\n", ready,
              Verdict(ready <= 0.5), mebibytes, pages, Verdict(mebibytes <= 80));
}

// CPU of both ends of one bare echo over loopback, called as a page calls: `width` servers side by side, one call each,
// and then a while of nothing, in which everybody falls asleep; in nanoseconds.
double BareEcho(int width, int pages) {
  std::vector<std::unique_ptr<ChildProcess>> servers;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs;
  for (int i = 0; i < width; ++i) {
    servers.push_back(std::make_unique<ChildProcess>("bare_server", std::vector<std::string>{"0"}));
    stubs.push_back(std::make_unique<grpc::GenericStub>(
        grpc::CreateChannel(servers.back()->AddressOf("grpc"), grpc::InsecureChannelCredentials())));
  }
  const auto cpu = [&] {
    std::int64_t sum = OwnCpuNanos();
    for (const auto& server : servers) sum += server->CpuNanos();
    return sum;
  };
  hipstershop::CurrencyConversionRequest request;
  request.set_to_code("EUR");
  const grpc::Slice slice(request.SerializeAsString());
  grpc::ByteBuffer body(&slice, 1);
  grpc::CompletionQueue queue;
  const auto page = [&] {
    struct Echo {
      grpc::ClientContext context;
      grpc::ByteBuffer response;
      grpc::Status status;
      std::unique_ptr<grpc::ClientAsyncResponseReader<grpc::ByteBuffer>> reader;
    };
    std::vector<Echo> echoes(stubs.size());
    for (std::size_t i = 0; i < stubs.size(); ++i) {
      Echo& echo = echoes[i];
      echo.reader = stubs[i]->PrepareUnaryCall(&echo.context, "/hipstershop.CurrencyService/Convert", body, &queue);
      echo.reader->StartCall();
      echo.reader->Finish(&echo.response, &echo.status, &echo);
    }
    void* tag = nullptr;
    bool ok = false;
    for (std::size_t i = 0; i < stubs.size(); ++i) queue.Next(&tag, &ok);
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  };
  for (int i = 0; i < 50; ++i) page();
  const std::int64_t before = cpu();
  for (int i = 0; i < pages; ++i) page();
  const double echo = static_cast<double>(cpu() - before) / pages / width;
  queue.Shutdown();
  return echo;
}

void ElevenProcesses(int pages) {
  Mesh mesh;
  const std::string shop = mesh.frontend().AddressOf("shop");
  Browse(shop, pages);
  const double mebibytes = static_cast<double>(mesh.PssKib()) / 1024;
  std::printf("mesh: %.1f MiB in eleven processes after %d pages (at most 120: %s)\n", mebibytes, pages,
              Verdict(mebibytes <= 120));
  const std::string metrics = mesh.frontend().AddressOf("metrics");
  PageClient scraper(metrics.substr(0, metrics.find('/')));
  PageClient shopper(shop);
  shopper.Get("/");
  const double calls_before = SumOf(scraper.Get("/metrics"), "grpc_client_started_total");
  const std::vector<std::int64_t> before = mesh.CpuNanos();
  for (int i = 0; i < pages; ++i) shopper.Get("/");
  const std::vector<std::int64_t> after = mesh.CpuNanos();
  double page_us = 0;
  for (std::size_t i = 0; i < after.size(); ++i) {
    const double us = static_cast<double>(after[i] - before[i]) / 1e3 / pages;
    page_us += us;
    if (us >= 1) std::printf("  %-24s %7.0f us of CPU for a home page\n", mesh.names()[i].c_str(), us);
  }
  const double calls = (SumOf(scraper.Get("/metrics"), "grpc_client_started_total") - calls_before) / pages;
  const double echo_us = BareEcho(static_cast<int>(calls + 0.5), pages) / 1e3;
  std::printf("home page: %.1f calls (at most 8: %s), %.0f us of CPU in all processes; such a bare echo %.1f us;\n"
              "           %.2f times its calls as bare echoes, in which no rendering is (at most 3 with it)\n",
              calls, Verdict(calls <= 8), page_us, echo_us, page_us / (calls * echo_us));
}

}  // namespace

int Main(int argc, char** argv) {
  int pages = 1000;
  if (argc > 1 && !absl::SimpleAtoi(argv[1], &pages)) return 2;
  OneProcess(pages);
  ElevenProcesses(pages);
  return ExitStatus();
}

}  // namespace boutique::benchmark

int main(int argc, char** argv) { return boutique::benchmark::Main(argc, argv); }
