// SPDX-License-Identifier: Apache-2.0
// One service as a program, with a client over its socket and an eye on its health.
// Threads: belongs to the test's.
#pragma once

#include <grpcpp/create_channel.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "platform/runtime/process.h"

namespace boutique::testing {

template <typename Module, typename Service>
class ServiceProgram {
 public:
  // `more` are further arguments.
  explicit ServiceProgram(const std::string& data_directory, const std::vector<std::string>& more = {})
      : process_({.name = "service", .grpc_port = 1}) {
    process_.Add<Module>();
    std::vector<std::string> arguments = {"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1",
                                          "--data-dir=" + data_directory};
    arguments.insert(arguments.end(), more.begin(), more.end());
    problems = process_.Start(arguments);
    if (!problems.empty()) return;
    auto channel = grpc::CreateChannel(process_.AddressOf("grpc"), grpc::InsecureChannelCredentials());
    stub = Service::NewStub(channel);
    health_ = grpc::health::v1::Health::NewStub(channel);
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(Service::service_full_name());
    watching_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    watch_ = health_->Watch(&watching_, request);
  }
  ~ServiceProgram() {
    watching_.TryCancel();
    watch_.reset();
  }

  // Waits until the service's health is so; false if it is not within half a minute of the start.
  bool Becomes(grpc::health::v1::HealthCheckResponse::ServingStatus wanted) {
    grpc::health::v1::HealthCheckResponse now;
    while (watch_->Read(&now)) {
      if (now.status() == wanted) return true;
    }
    return false;
  }

  // Calls a method of the stub: `Call(&Stub::GetOrder, request, &reply)`.
  template <typename Request, typename Reply>
  grpc::Status Call(grpc::Status (Service::Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
                    const Request& request, Reply* reply) {
    grpc::ClientContext context;
    return (stub.get()->*method)(&context, request, reply);
  }

  std::vector<absl::Status> problems;
  std::unique_ptr<typename Service::Stub> stub;

 private:
  runtime::Process process_;
  std::unique_ptr<grpc::health::v1::Health::Stub> health_;
  grpc::ClientContext watching_;
  std::unique_ptr<grpc::ClientReader<grpc::health::v1::HealthCheckResponse>> watch_;
};

}  // namespace boutique::testing
