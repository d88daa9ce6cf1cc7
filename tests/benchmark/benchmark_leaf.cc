// SPDX-License-Identifier: Apache-2.0
// What a leaf service costs beside a bare completion-queue server of the same messages: calls per second of server CPU
// and p99 at 64 calls in flight, rounds of both interleaved in one run, free and pinned to one core.
// usage: benchmark_leaf [SECONDS_PER_ROUND] [SERVICE…]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "benchmark/child_process.h"
#include "benchmark/load_client.h"
#include "hipstershop/ad.pb.h"
#include "hipstershop/cart.pb.h"
#include "hipstershop/currency.pb.h"
#include "hipstershop/product_catalog.pb.h"
#include "hipstershop/shipping.pb.h"

namespace boutique::benchmark {
namespace {

namespace pb = ::hipstershop;

struct Leaf {
  std::string program;
  std::string method;
  std::string request;
  std::vector<std::pair<std::string, std::string>> before;  // methods and requests that set the scene
};

std::vector<Leaf> Leaves() {
  pb::GetProductRequest product;
  product.set_id("OLJCESPC7Z");
  pb::CurrencyConversionRequest conversion;
  conversion.mutable_from()->set_currency_code("USD");
  conversion.mutable_from()->set_units(19);
  conversion.mutable_from()->set_nanos(990000000);
  conversion.set_to_code("EUR");
  pb::GetCartRequest cart;
  cart.set_user_id("benchmark");
  std::vector<std::pair<std::string, std::string>> fill;
  for (const char* id : {"OLJCESPC7Z", "66VCHSJNUP"}) {
    pb::AddItemRequest add;
    add.set_user_id("benchmark");
    add.mutable_item()->set_product_id(id);
    add.mutable_item()->set_quantity(2);
    fill.emplace_back("/hipstershop.CartService/AddItem", add.SerializeAsString());
  }
  pb::GetQuoteRequest quote;
  quote.add_items()->set_product_id("OLJCESPC7Z");
  quote.mutable_items(0)->set_quantity(1);
  pb::AdRequest ad;
  ad.add_context_keys("clothing");
  return {{"productcatalogservice", "/hipstershop.ProductCatalogService/GetProduct", product.SerializeAsString(), {}},
          {"currencyservice", "/hipstershop.CurrencyService/Convert", conversion.SerializeAsString(), {}},
          {"cartservice", "/hipstershop.CartService/GetCart", cart.SerializeAsString(), fill},
          {"shippingservice", "/hipstershop.ShippingService/GetQuote", quote.SerializeAsString(), {}},
          {"adservice", "/hipstershop.AdService/GetAds", ad.SerializeAsString(), {}}};
}

struct Figure {
  double calls_per_cpu_second = 0;
  double p99_us = 0;
  double calls_per_second = 0;
};

Figure Measure(ChildProcess& server, LoadClient& client, const Leaf& leaf, std::chrono::nanoseconds time) {
  const std::int64_t before = server.CpuNanos();
  LoadResult result = client.Run(leaf.method, {leaf.request}, 64, time);
  const std::int64_t cpu = server.CpuNanos() - before;
  if (result.failures > 0) {
    std::fprintf(stderr, "%s: %ld of %ld calls failed\n", leaf.method.c_str(), static_cast<long>(result.failures),
                 static_cast<long>(result.calls));
    std::exit(1);
  }
  return {static_cast<double>(result.calls) * 1e9 / static_cast<double>(cpu),
          static_cast<double>(result.Quantile(0.99)) / 1e3,
          static_cast<double>(result.calls) * 1e9 / static_cast<double>(result.took.count())};
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void Compare(const Leaf& leaf, int core, std::chrono::nanoseconds time) {
  ChildProcess ours(leaf.program, {"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1"},
                    core);
  ChildProcess bare("bare_server", {"0"}, core);
  LoadClient our_client(ours.AddressOf("grpc"));
  LoadClient bare_client(bare.AddressOf("grpc"));
  for (const auto& [method, request] : leaf.before) {
    our_client.Run(method, {request}, 1, std::chrono::nanoseconds(0));
  }
  std::vector<double> ratio;
  std::vector<double> tail;
  Figure our_sum;
  Figure bare_sum;
  constexpr int kRounds = 7;
  for (int round = -1; round < kRounds; ++round) {
    const Figure b = Measure(bare, bare_client, leaf, time);
    const Figure o = Measure(ours, our_client, leaf, time);
    if (round < 0) continue;  // warming up
    ratio.push_back(o.calls_per_cpu_second / b.calls_per_cpu_second);
    tail.push_back(o.p99_us / b.p99_us);
    our_sum.calls_per_cpu_second += o.calls_per_cpu_second / kRounds;
    bare_sum.calls_per_cpu_second += b.calls_per_cpu_second / kRounds;
    our_sum.p99_us += o.p99_us / kRounds;
    bare_sum.p99_us += b.p99_us / kRounds;
  }
  std::printf("%-24s %-6s %12.0f %12.0f %8.2f %10.0f %10.0f %8.2f\n",
              leaf.method.substr(leaf.method.rfind('/') + 1).c_str(), core < 0 ? "free" : "pinned",
              bare_sum.calls_per_cpu_second, our_sum.calls_per_cpu_second, Median(ratio), bare_sum.p99_us,
              our_sum.p99_us, Median(tail));
  std::fflush(stdout);
}

}  // namespace

int Main(int argc, char** argv) {
  setenv("DATA_DIR", ":memory:", 1);
  double seconds = 1;
  if (argc > 1 && !absl::SimpleAtod(argv[1], &seconds)) return 2;
  const auto time = std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
  std::printf("%-24s %-6s %12s %12s %8s %10s %10s %8s\n", "method", "cores", "bare c/cpu-s", "ours c/cpu-s", "ratio",
              "bare p99us", "ours p99us", "ratio");
  for (const Leaf& leaf : Leaves()) {
    if (argc > 2 && std::find(argv + 2, argv + argc, leaf.program) == argv + argc) continue;
    for (const int core : {-1, 0}) Compare(leaf, core, time);
  }
  return 0;
}

}  // namespace boutique::benchmark

int main(int argc, char** argv) { return boutique::benchmark::Main(argc, argv); }
