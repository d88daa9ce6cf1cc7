// SPDX-License-Identifier: Apache-2.0
// The shop under test as its clients see it: addresses from the environment, and calls of the contract's methods.
// Threads: everything here is safe from any.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "support/catch.h"

namespace boutique::contract {

// What can be set on a call.
struct CallOptions {
  std::chrono::milliseconds budget = std::chrono::seconds(20);
  std::vector<std::pair<std::string, std::string>> metadata = {};
};

// The variable that holds a service's address, by the service's full name: "CART_SERVICE_ADDR".
std::string VariableOf(const std::string& service);
// What the variable holds: "host:port", or empty.
std::string AddressOf(const std::string& service);
// Makes the ten variables hold this address. Before the first call to it, from the only thread.
void PointAt(const std::string& address);
// The full names of the contract's ten services whose address is given.
std::vector<std::string> GivenServices();
// One channel for each address.
std::shared_ptr<grpc::Channel> ChannelTo(const std::string& service);
// The same code on both sides; a code that gRPC does not know is kept as raw_code().
absl::Status StatusFrom(const grpc::Status& status);

void Prepare(grpc::ClientContext* context, const CallOptions& options);

// Calls a method: Call<pb::CartService>(&pb::CartService::Stub::GetCart, request).
template <typename Service, typename Request, typename Response>
absl::StatusOr<Response> Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                              const Request& request, const CallOptions& options = {}) {
  grpc::ClientContext context;
  Prepare(&context, options);
  Response response;
  const auto stub = Service::NewStub(ChannelTo(Service::service_full_name()));
  const grpc::Status status = (stub.get()->*method)(&context, request, &response);
  if (!status.ok()) return StatusFrom(status);
  return response;
}

// Calls a method by its path ("/hipstershop.CartService/GetCart") with bytes that need not be a message.
absl::Status CallRaw(const std::string& service, const std::string& method, const std::string& bytes,
                     const CallOptions& options = {});

// Whether the process that serves `service` answers grpc.health.v1 for "" with SERVING.
absl::Status CheckLives(const std::string& service);

// Runs `call` on `count` threads that begin together; what each of them answered.
template <typename Function>
auto AllAtOnce(int count, Function call) {
  using Answer = decltype(call(0));
  std::promise<void> begin;
  const std::shared_future<void> begun = begin.get_future().share();
  std::vector<std::future<Answer>> running;
  for (int i = 0; i < count; ++i) {
    running.push_back(std::async(std::launch::async, [begun, call, i] {
      begun.wait();
      return call(i);
    }));
  }
  begin.set_value();
  std::vector<Answer> answers;
  for (auto& each : running) answers.push_back(each.get());
  return answers;
}

// Fails the test case unless the status has the code and its message names the field, and unless the service lives on.
void CheckRefusal(const std::string& service, const absl::Status& status, absl::StatusCode code,
                  const std::string& field = "");

}  // namespace boutique::contract

// At the beginning of a test case: ends it, and says so, if the address of that service is not given.
#define NEEDS(Service)                                                                                     \
  do {                                                                                                     \
    const std::string needed = Service::service_full_name();                                               \
    if (::boutique::contract::AddressOf(needed).empty()) {                                                 \
      WARN("skipped: " << ::boutique::contract::VariableOf(needed) << " is not set");                      \
      return;                                                                                              \
    }                                                                                                      \
  } while (false)
