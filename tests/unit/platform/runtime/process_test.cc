// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/process.h"

#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include "absl/strings/match.h"
#include "environment.h"
#include "platform/rpc/listen_check.h"
#include "scripted_module.h"
#include "support/raw_http.h"

namespace boutique::runtime {
namespace {

using Health = grpc::health::v1::HealthCheckResponse;
const std::string kService = "hipstershop.CurrencyService";

int PortOf(const std::string& address) { return std::atoi(address.substr(address.rfind(':') + 1).c_str()); }

TEST_CASE("a process that has started serves, and says where", "[process]") {
  Bureau bureau;
  REQUIRE(bureau.Start().empty());
  CHECK(absl::StartsWith(bureau.process.AddressOf("grpc"), "127.0.0.1:"));
  CHECK(absl::StartsWith(bureau.process.AddressOf("metrics"), "http://127.0.0.1:"));
  CHECK(absl::EndsWith(bureau.process.AddressOf("metrics"), "/metrics"));
  CHECK(bureau.process.AddressOf("shop").empty());
  CHECK(bureau.process.host().grpc_port() == PortOf(bureau.process.AddressOf("grpc")));
  CHECK(bureau.Call().ok());
}

TEST_CASE("a process that has stopped serves no more, and its ports are free", "[process]") {
  Bureau bureau;
  REQUIRE(bureau.Start().empty());
  CHECK(bureau.Call().ok());
  const std::string address = bureau.process.AddressOf("grpc");
  bureau.process.Stop();
  CHECK(bureau.process.AddressOf("grpc").empty());
  CHECK_CODE(bureau.Call(), kUnavailable);
  CHECK(rpc::CheckCanListen(address).ok());
  bureau.process.Stop();
}

TEST_CASE("several processes live side by side, each stopping by itself", "[process]") {
  Bureau one;
  Bureau other;
  REQUIRE(one.Start().empty());
  REQUIRE(other.Start().empty());
  one.process.Stop();
  CHECK(other.Call().ok());
}

TEST_CASE("health tells of the process, and of each service by its full name", "[process]") {
  Bureau bureau;
  REQUIRE(bureau.Start().empty());
  CHECK(bureau.Health("").value() == Health::SERVING);
  CHECK(bureau.Health(kService).value() == Health::SERVING);
  CHECK_CODE(bureau.Health("hipstershop.CartService"), kNotFound);
  CHECK(bureau.process.host().IsReady());
  bureau.process.host().SetReady(kService, false);
  CHECK(bureau.Health(kService).value() == Health::NOT_SERVING);
  CHECK(bureau.Health("").value() == Health::SERVING);
  CHECK_FALSE(bureau.process.host().IsReady());
  bureau.process.host().SetReady(kService, false);
  bureau.process.host().SetReady(kService, true);
  CHECK(bureau.Health(kService).value() == Health::SERVING);
  CHECK(bureau.process.host().IsReady());
}

TEST_CASE("a service may be not ready from the start", "[process]") {
  const bool at_install = GENERATE(true, false);
  Script script;
  script.install = [at_install](Host& host) {
    if (at_install) host.SetReady(kService, false);
    host.OnStart([&host] {
      host.SetReady(kService, false);
      return absl::OkStatus();
    });
    return absl::OkStatus();
  };
  Bureau bureau(script);
  REQUIRE(bureau.Start().empty());
  CHECK(bureau.Health(kService).value() == Health::NOT_SERVING);
  CHECK(bureau.Health("").value() == Health::SERVING);
}

// Asks for the list of services, as grpcurl does: a ServerReflectionRequest with an empty list_services.
absl::StatusOr<std::string> ListServices(const std::shared_ptr<grpc::Channel>& channel) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + 20s);
  grpc::CompletionQueue queue;
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto call =
      stub.PrepareCall(&context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  call->StartCall(nullptr);
  wait();
  const grpc::Slice slice(std::string("\x3a\0", 2));
  call->WriteLast(grpc::ByteBuffer(&slice, 1), grpc::WriteOptions(), nullptr);
  wait();
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  wait();
  grpc::Status status;
  call->Finish(&status, nullptr);
  wait();
  if (!status.ok()) return rpc::FromGrpc(status);
  grpc::Slice all;
  if (!answer.DumpToSingleSlice(&all).ok()) return absl::InternalError("no answer");
  return std::string(reinterpret_cast<const char*>(all.begin()), all.size());
}

TEST_CASE("reflection names the services, so that grpcurl finds them, unless it is turned off", "[process]") {
  Bureau off;
  REQUIRE(off.Start({"--reflection=false"}).empty());
  CHECK_CODE(ListServices(off.channel), kUnimplemented);
  Bureau on;
  REQUIRE(on.Start().empty());
  const auto services = ListServices(on.channel);
  REQUIRE_OK(services);
  CHECK(absl::StrContains(*services, kService));
  CHECK(absl::StrContains(*services, "grpc.health.v1.Health"));
  CHECK_CODE(ListServices(off.channel), kUnimplemented);
}

TEST_CASE("calls are counted where the metrics are served", "[process]") {
  Bureau bureau;
  REQUIRE(bureau.Start().empty());
  for (int i = 0; i < 3; ++i) CHECK(bureau.Call().ok());
  const auto answer = testing::Exchange(bureau.process.host().metrics_port(), testing::GetRequest("/metrics"));
  CHECK(answer.status == 200);
  CHECK(absl::StrContains(answer.body, R"(grpc_server_handled_total{grpc_code="OK",)"
                                       R"(grpc_method="GetSupportedCurrencies",)"
                                       R"(grpc_service="hipstershop.CurrencyService",grpc_type="unary"} 3)"));
  CHECK(absl::StrContains(answer.body, "process_start_time_seconds"));
}

TEST_CASE("help starts nothing", "[process]") {
  Bureau bureau;
  CHECK(bureau.process.Start({"--help"}).empty());
  CHECK(bureau.process.settings().help_wanted());
  CHECK(bureau.process.AddressOf("grpc").empty());
  for (const char* option : {"--port ", "--listen-addr ", "--metrics-port ", "--loops ", "--log-level ",
                             "--reflection ", "--drain-delay ", "--shutdown-grace "}) {
    CHECK(absl::StrContains(bureau.process.settings().Help(), option));
  }
}

TEST_CASE("a service has one loop, a process of all services one for each core, unless told otherwise", "[process]") {
  Bureau service;
  REQUIRE(service.Start().empty());
  CHECK(service.process.host().loops().size() == 1);
  Bureau more;
  REQUIRE(more.Start({"--loops=3"}).empty());
  CHECK(more.process.host().loops().size() == 3);
  Bureau all({}, {.name = "boutique", .summary = "", .grpc_port = 50051, .one_process = true});
  REQUIRE(MessagesOf(all.process.Start({"--grpc-port=0", "--metrics-port=0"})).empty());
  CHECK(all.process.host().loops().size() == std::max(1U, std::thread::hardware_concurrency()));
  CHECK(absl::StartsWith(all.process.AddressOf("grpc"), "127.0.0.1:"));
}

TEST_CASE("a process listens on addresses of version 6 as well", "[process]") {
  if (!rpc::CheckCanListen("[::1]:0").ok()) {
    WARN("this machine has no IPv6");
    return;
  }
  for (const std::string host : {"::1", "[::1]", "::"}) {
    Bureau bureau;
    REQUIRE(bureau.Start({"--listen-addr=" + host}).empty());
    CHECK(absl::StartsWith(bureau.process.AddressOf("grpc"), host == "::" ? "localhost:" : "[::1]:"));
    CHECK(bureau.Call().ok());
  }
}

TEST_CASE("an address to listen on is an IP address", "[process]") {
  for (const std::string host : {"localhost", "127.0.0", "example.org", "127.0.0.1:80"}) {
    Bureau bureau;
    CHECK(bureau.Start({"--listen-addr=" + host}) ==
          std::vector<std::string>{"--listen-addr: '" + host + "' is not an IP address"});
  }
}

}  // namespace
}  // namespace boutique::runtime
