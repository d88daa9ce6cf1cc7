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
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(channel_);
  std::vector<grpc::ByteBuffer> bodies;
  for (const std::string& request : requests) {
    const grpc::Slice slice(request);
    bodies.emplace_back(&slice, 1);
  }
  std::size_t next = 0;
  LoadResult result;
  std::vector<Slot> slots(static_cast<std::size_t>(in_flight));
  const auto begin = Clock::now();
  const auto end = begin + time;
  const auto start = [&](Slot& slot) {
    slot.context = std::make_unique<grpc::ClientContext>();
    slot.context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    slot.start = Clock::now();
    slot.reader = stub.PrepareUnaryCall(slot.context.get(), method, bodies[next++ % bodies.size()], &queue);
    slot.reader->StartCall();
    slot.reader->Finish(&slot.response, &slot.status, &slot);
  };
  for (Slot& slot : slots) start(slot);
  int running = in_flight;
  void* tag = nullptr;
  bool ok = false;
  while (running > 0 && queue.Next(&tag, &ok)) {
    Slot& slot = *static_cast<Slot*>(tag);
    const auto now = Clock::now();
    ++result.calls;
    if (!slot.status.ok()) ++result.failures;
    result.latencies.push_back((now - slot.start).count());
    if (now < end) {
      start(slot);
    } else {
      --running;
    }
  }
  result.took = Clock::now() - begin;
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  return result;
}

}  // namespace boutique::benchmark
