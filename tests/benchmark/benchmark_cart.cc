// SPDX-License-Identifier: Apache-2.0
// What carts in Redis cost the cart service beside carts in its memory: calls per second of its CPU at 64 calls in
// flight, rounds of both interleaved in one run.
// usage: benchmark_cart [SECONDS_PER_ROUND]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "benchmark/child_process.h"
#include "benchmark/load_client.h"
#include "hipstershop/cart.pb.h"
#include "support/redis_server.h"

namespace boutique::benchmark {
namespace {

namespace pb = ::hipstershop;

constexpr char kAdd[] = "/hipstershop.CartService/AddItem";
constexpr char kGet[] = "/hipstershop.CartService/GetCart";

// Of as many users that none comes to the bound of a line.
constexpr int kUsers = 5000;

template <typename Request>
std::vector<std::string> Requests(Request request) {
  std::vector<std::string> requests;
  for (int i = 0; i < kUsers; ++i) {
    request.set_user_id(absl::StrCat("benchmark-", i));
    requests.push_back(request.SerializeAsString());
  }
  return requests;
}

std::vector<std::string> AddRequests() {
  pb::AddItemRequest request;
  request.mutable_item()->set_product_id("OLJCESPC7Z");
  request.mutable_item()->set_quantity(1);
  return Requests(request);
}

double CallsPerCpuSecond(ChildProcess& server, LoadClient& client, const std::string& method,
                         const std::vector<std::string>& requests, std::chrono::nanoseconds time) {
  const std::int64_t before = server.CpuNanos();
  const LoadResult result = client.Run(method, requests, 64, time);
  if (result.failures > 0) std::exit(1);
  return static_cast<double>(result.calls) * 1e9 / static_cast<double>(server.CpuNanos() - before);
}

void Compare(const char* method, const std::vector<std::string>& requests, std::chrono::nanoseconds time) {
  const testing::RedisServer redis;
  const std::vector<std::string> free = {"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1"};
  std::vector<std::string> with_redis = free;
  with_redis.push_back("--redis-addr=" + redis.address());
  std::vector<std::string> in_memory = free;
  in_memory.push_back("--data-dir=:memory:");
  ChildProcess memory("cartservice", in_memory);
  ChildProcess ours("cartservice", with_redis);
  LoadClient memory_client(memory.AddressOf("grpc"));
  LoadClient our_client(ours.AddressOf("grpc"));
  for (LoadClient* const client : {&memory_client, &our_client}) {
    client->Run(kAdd, AddRequests(), 64, std::chrono::seconds(1));
  }
  std::vector<double> ratios;
  double memory_sum = 0;
  double our_sum = 0;
  constexpr int kRounds = 7;
  for (int round = -1; round < kRounds; ++round) {
    const double in_memory_calls = CallsPerCpuSecond(memory, memory_client, method, requests, time);
    const double in_redis_calls = CallsPerCpuSecond(ours, our_client, method, requests, time);
    if (round < 0) continue;  // warming up
    memory_sum += in_memory_calls / kRounds;
    our_sum += in_redis_calls / kRounds;
    ratios.push_back(in_redis_calls / in_memory_calls);
  }
  std::sort(ratios.begin(), ratios.end());
  const std::string name = method;
  std::printf("%-12s %14.0f %14.0f %8.2f\n", name.substr(name.rfind('/') + 1).c_str(), memory_sum, our_sum,
              ratios[ratios.size() / 2]);
}

}  // namespace

int Main(int argc, char** argv) {
  double seconds = 1;
  if (argc > 1 && !absl::SimpleAtod(argv[1], &seconds)) return 2;
  const auto time = std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
  std::printf("%-12s %14s %14s %8s\n", "method", "memory c/cpu-s", "Redis c/cpu-s", "ratio");
  Compare(kAdd, AddRequests(), time);
  Compare(kGet, Requests(pb::GetCartRequest()), time);
  return 0;
}

}  // namespace boutique::benchmark

int main(int argc, char** argv) { return boutique::benchmark::Main(argc, argv); }
