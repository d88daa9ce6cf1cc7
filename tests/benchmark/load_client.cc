// SPDX-License-Identifier: Apache-2.0
#include "benchmark/load_client.h"

#include <grpcpp/generic/generic_stub.h>

#include <algorithm>

namespace boutique::benchmark {
namespace {

using Clock = std::chrono::steady_clock;

// One of the calls in flight; starts itself again until the time is up.
struct Slot {
  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::ClientAsyncResponseReader<grpc::ByteBuffer>> reader;
  grpc::ByteBuffer response;
  grpc::Status status;
  Clock::time_point start;
};

}  // namespace

std::int64_t LoadResult::Quantile(double quantile) {
  if (latencies.empty()) return 0;
  std::sort(latencies.begin(), latencies.end());
  return latencies[static_cast<std::size_t>(quantile * static_cast<double>(latencies.size() - 1))];
}

LoadClient::LoadClient(const std::string& address)
    : channel_(grpc::CreateChannel(address, grpc::InsecureChannelCredentials())) {}

LoadResult LoadClient::Run(const std::string& method, const std::vector<std::string>& requests, int in_flight,
                           std::chrono::nanoseconds time) {
  const auto end = Clock::now() + time;
  // Each slot makes one call at least.
  return RunUntil(method, requests, in_flight, [in_flight, end](std::size_t begun) {
    return begun >= static_cast<std::size_t>(in_flight) && Clock::now() >= end;
  });
}

LoadResult LoadClient::RunEach(const std::string& method, const std::vector<std::string>& requests, int in_flight) {
  return RunUntil(method, requests, in_flight, [&requests](std::size_t begun) { return begun == requests.size(); });
}

LoadResult LoadClient::RunUntil(const std::string& method, const std::vector<std::string>& requests, int in_flight,
                                const std::function<bool(std::size_t begun)>& is_over) {
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(channel_);
  std::vector<grpc::ByteBuffer> bodies;
  for (const std::string& request : requests) {
    const grpc::Slice slice(request);
    bodies.emplace_back(&slice, 1);
  }
  std::size_t next = 0;
  int running = 0;
  LoadResult result;
  std::vector<Slot> slots(static_cast<std::size_t>(in_flight));
  const auto begin = Clock::now();
  const auto start = [&](Slot& slot) {
    if (is_over(next)) return;
    ++running;
    slot.context = std::make_unique<grpc::ClientContext>();
    slot.context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    slot.start = Clock::now();
    slot.reader = stub.PrepareUnaryCall(slot.context.get(), method, bodies[next++ % bodies.size()], &queue);
    slot.reader->StartCall();
    slot.reader->Finish(&slot.response, &slot.status, &slot);
  };
  for (Slot& slot : slots) start(slot);
  void* tag = nullptr;
  bool ok = false;
  while (running > 0 && queue.Next(&tag, &ok)) {
    Slot& slot = *static_cast<Slot*>(tag);
    const auto now = Clock::now();
    --running;
    ++result.calls;
    if (!slot.status.ok() && result.failures++ == 0) result.first_failure = slot.status;
    result.latencies.push_back((now - slot.start).count());
    start(slot);
  }
  result.took = Clock::now() - begin;
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  return result;
}

}  // namespace boutique::benchmark
