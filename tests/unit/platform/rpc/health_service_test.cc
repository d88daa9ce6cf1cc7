// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/health_service.h"

#include <grpcpp/create_channel.h>

#include <optional>
#include <thread>

#include "chain.h"
#include "gate.h"

namespace boutique::rpc {
namespace {

namespace health = ::grpc::health::v1;
using Answer = health::HealthCheckResponse;

struct Clinic {
  Clinic() {
    service.RegisterWith(server);
    const auto port = server.Start("127.0.0.1:0");
    REQUIRE_OK(port);
    stub = health::Health::NewStub(Connect(absl::StrCat("127.0.0.1:", *port)));
  }
  absl::StatusOr<Answer::ServingStatus> Check(const std::string& name) {
    grpc::ClientContext context;
    health::HealthCheckRequest request;
    request.set_service(name);
    Answer answer;
    const grpc::Status status = stub->Check(&context, request, &answer);
    if (!status.ok()) return FromGrpc(status);
    return answer.status();
  }

  telemetry::Metrics metrics;
  HealthService service;
  Server server{{}, metrics};
  std::unique_ptr<health::Health::Stub> stub;
};

// A watcher that the test reads from.
struct Watcher {
  Watcher(Clinic& clinic, const std::string& name) {
    health::HealthCheckRequest request;
    request.set_service(name);
    reader = clinic.stub->Watch(&context, request);
  }
  std::optional<Answer::ServingStatus> Next() {
    Answer answer;
    if (!reader->Read(&answer)) return std::nullopt;
    return answer.status();
  }
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReader<Answer>> reader;
};

TEST_CASE_METHOD(Clinic, "the process is healthy as long as it answers, a service as it was set", "[health]") {
  CHECK(Check("").value() == Answer::SERVING);
  CHECK_CODE(Check("hipstershop.CartService"), kNotFound);
  service.Set("hipstershop.CartService", true);
  CHECK(Check("hipstershop.CartService").value() == Answer::SERVING);
  service.Set("hipstershop.CartService", false);
  CHECK(Check("hipstershop.CartService").value() == Answer::NOT_SERVING);
  CHECK(Check("").value() == Answer::SERVING);
  CHECK_CODE(Check("hipstershop.cartservice"), kNotFound);
}

TEST_CASE_METHOD(Clinic, "a watcher is told the state and each change of it", "[health]") {
  service.Set("cart", true);
  Watcher watcher(*this, "cart");
  CHECK(watcher.Next() == Answer::SERVING);
  service.Set("cart", false);
  CHECK(watcher.Next() == Answer::NOT_SERVING);
  service.Set("cart", true);
  CHECK(watcher.Next() == Answer::SERVING);
  watcher.context.TryCancel();
  CHECK_FALSE(watcher.Next().has_value());
  CHECK(watcher.reader->Finish().error_code() == grpc::StatusCode::CANCELLED);
}

TEST_CASE_METHOD(Clinic, "a watcher of a service that is not known yet waits for it", "[health]") {
  Watcher watcher(*this, "cart");
  CHECK(watcher.Next() == Answer::SERVICE_UNKNOWN);
  service.Set("cart", true);
  CHECK(watcher.Next() == Answer::SERVING);
}

TEST_CASE_METHOD(Clinic, "a server that drains ends its watchers at once, whatever the grace", "[health]") {
  std::vector<std::unique_ptr<Watcher>> watchers;
  for (int i = 0; i < 3; ++i) {
    watchers.push_back(std::make_unique<Watcher>(*this, ""));
    CHECK(watchers.back()->Next() == Answer::SERVING);
  }
  const auto start = std::chrono::steady_clock::now();
  std::thread drain([&] { server.Drain(1min); });
  for (auto& watcher : watchers) {
    CHECK_FALSE(watcher->Next().has_value());
    const grpc::Status status = watcher->reader->Finish();
    CHECK(status.error_code() == grpc::StatusCode::UNAVAILABLE);
    CHECK(status.error_message() == "the server is stopping");
  }
  drain.join();
  CHECK(std::chrono::steady_clock::now() - start < 30s);
}

TEST_CASE_METHOD(Clinic, "a watcher is counted as a stream", "[health]") {
  service.Set("cart", true);
  Watcher watcher(*this, "cart");
  CHECK(watcher.Next() == Answer::SERVING);
  CHECK(metrics.Counter("grpc_server_started_total", "",
                        {{"grpc_method", "Watch"},
                         {"grpc_service", "grpc.health.v1.Health"},
                         {"grpc_type", "server_stream"}})
            .Value() == 1);
}

}  // namespace
}  // namespace boutique::rpc
