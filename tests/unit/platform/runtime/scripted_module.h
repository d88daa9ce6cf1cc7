// SPDX-License-Identifier: Apache-2.0
// A module that does what a test lays out, and a process with it on free ports of loopback.
// Threads: belongs to the test's.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "grpc/health/v1/health.grpc.pb.h"
#include "hipstershop/currency.grpc.pb.h"
#include "platform/rpc/client.h"
#include "platform/runtime/process.h"
#include "services/currency/currency_module.h"
#include "support/catch.h"

namespace boutique::runtime {

namespace pb = ::hipstershop;
using namespace std::chrono_literals;

// What modules that are made next do.
struct Script {
  std::function<void(Settings&)> declare = [](Settings&) {};
  std::function<absl::Status(Host&)> install = [](Host&) { return absl::OkStatus(); };

  static Script& Next() {
    static Script script;
    return script;
  }
};

class ScriptedModule final : public Module {
 public:
  explicit ScriptedModule(Settings& settings) : script_(std::exchange(Script::Next(), {})) {
    script_.declare(settings);
  }
  absl::Status Install(Host& host) override { return script_.install(host); }

 private:
  const Script script_;
};

inline std::vector<std::string> FreePorts(std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1"});
  return more;
}

inline std::vector<std::string> MessagesOf(const std::vector<absl::Status>& problems) {
  std::vector<std::string> messages;
  for (const auto& problem : problems) messages.emplace_back(problem.message());
  return messages;
}

// A process of the currency service and what the test adds.
struct Bureau {
  explicit Bureau(Script script = {}, About about = {.name = "currencyservice", .summary = "", .grpc_port = 7000})
      : process(std::move(about)) {
    Script::Next() = std::move(script);
    process.Add<ScriptedModule, currency::CurrencyModule>();
  }
  std::vector<std::string> Start(const std::vector<std::string>& more = {}) {
    auto messages = MessagesOf(process.Start(FreePorts(more)));
    if (messages.empty()) channel = rpc::Connect(process.AddressOf("grpc"));
    return messages;
  }
  absl::Status Call() {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 20s);
    pb::GetSupportedCurrenciesResponse response;
    return rpc::FromGrpc(pb::CurrencyService::NewStub(channel)->GetSupportedCurrencies(&context, {}, &response));
  }
  absl::StatusOr<grpc::health::v1::HealthCheckResponse::ServingStatus> Health(const std::string& service) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 20s);
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    grpc::health::v1::HealthCheckResponse response;
    const auto status = grpc::health::v1::Health::NewStub(channel)->Check(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpc(status);
    return response.status();
  }

  Process process;
  std::shared_ptr<grpc::Channel> channel;
};

}  // namespace boutique::runtime
