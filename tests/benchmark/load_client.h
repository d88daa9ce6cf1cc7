// SPDX-License-Identifier: Apache-2.0
// A closed-loop gRPC client: a fixed number of calls in flight, from one thread, as raw bytes, so that it is the same
// for every method.
// Threads: belongs to one.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace boutique::benchmark {

struct LoadResult {
  std::int64_t calls = 0;
  std::int64_t failures = 0;
  std::chrono::nanoseconds took{};
  std::vector<std::int64_t> latencies;  // ns, one for each call
  grpc::Status first_failure;

  // Of calls that did not fail.
  double PerSecond() const { return static_cast<double>(calls - failures) * 1e9 / static_cast<double>(took.count()); }

  // The latency that the share `quantile` of the calls does not exceed, in ns. Sorts the latencies.
  std::int64_t Quantile(double quantile);
};

class LoadClient {
 public:
  explicit LoadClient(const std::string& address);
  // Keeps `in_flight` calls of `method` ("/package.Service/Method") with the serialized `requests`, one after the other
  // and again, going for `time`.
  LoadResult Run(const std::string& method, const std::vector<std::string>& requests, int in_flight,
                 std::chrono::nanoseconds time);
  // The same, but each of the requests once.
  LoadResult RunEach(const std::string& method, const std::vector<std::string>& requests, int in_flight);

 private:
  // Until `is_over`, which is asked before each call.
  LoadResult RunUntil(const std::string& method, const std::vector<std::string>& requests, int in_flight,
                      const std::function<bool(std::size_t begun)>& is_over);

  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace boutique::benchmark
