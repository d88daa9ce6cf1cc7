// SPDX-License-Identifier: Apache-2.0
// A whole program, as a person or a cluster starts and stops it.
#include "platform/runtime/main.h"

#include <grpcpp/create_channel.h>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "hipstershop/currency.grpc.pb.h"
#include "support/catch.h"
#include "support/eventually.h"
#include "support/running_program.h"

namespace boutique::runtime {
namespace {

using testing::Outcome;
using testing::RunningProgram;
using testing::RunToEnd;

const std::vector<std::string> kFreePorts = {"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1"};

std::vector<std::string> LinesOf(const std::string& text) { return absl::StrSplit(text, '\n', absl::SkipEmpty()); }

TEST_CASE("a program says where it is to be reached, and ends with 0 when it is told to", "[main]") {
  RunningProgram program("currencyservice", kFreePorts);
  CHECK(absl::StartsWith(program.AddressOf("grpc"), "127.0.0.1:"));
  CHECK(absl::StartsWith(program.AddressOf("metrics"), "127.0.0.1:"));
  const Outcome outcome = program.Stop();
  CHECK(outcome.status == 0);
  const auto said = LinesOf(outcome.output);
  REQUIRE(said.size() == 3);
  CHECK(said[0] == "currencyservice is ready");
  CHECK(absl::StartsWith(said[1], "  grpc     127.0.0.1:"));
  CHECK(absl::StartsWith(said[2], "  metrics  http://127.0.0.1:"));
}

TEST_CASE("what a program logs is JSON, line by line", "[main]") {
  RunningProgram program("currencyservice", kFreePorts);
  const auto lines = LinesOf(program.Stop().errors);
  REQUIRE(lines.size() == 2);
  std::vector<std::string> messages;
  for (const std::string& line : lines) {
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    REQUIRE(json.is_object());
    CHECK(json["name"] == "currencyservice");
    CHECK(json["severity"] == "info");
    messages.push_back(json["message"]);
  }
  CHECK(messages == std::vector<std::string>{"stopping", "stopped"});
}

TEST_CASE("bytes that are no message leave no line that is not JSON", "[main]") {
  RunningProgram program("currencyservice", kFreePorts);
  auto channel = grpc::CreateChannel(program.AddressOf("grpc"), grpc::InsecureChannelCredentials());
  hipstershop::CurrencyConversionRequest request;
  request.set_to_code("\xff\xfe");
  grpc::ClientContext context;
  hipstershop::Money money;
  const auto status = hipstershop::CurrencyService::NewStub(channel)->Convert(&context, request, &money);
  CHECK(status.error_code() == grpc::StatusCode::INVALID_ARGUMENT);
  for (const std::string& line : LinesOf(program.Stop().errors)) CHECK(nlohmann::json::accept(line));
}

TEST_CASE("a severity may be chosen: a quiet program says nothing", "[main]") {
  auto arguments = kFreePorts;
  arguments.push_back("--log-level=warning");
  RunningProgram program("currencyservice", arguments);
  const Outcome outcome = program.Stop();
  CHECK(outcome.status == 0);
  CHECK(outcome.errors.empty());
}

TEST_CASE("help is a table on standard output, and no failure", "[main]") {
  for (const char* flag : {"--help", "-h"}) {
    const Outcome outcome = RunToEnd("currencyservice", {flag});
    CHECK(outcome.status == 0);
    CHECK(outcome.errors.empty());
    CHECK(absl::StartsWith(outcome.output, "currencyservice: "));
    CHECK(absl::StrContains(outcome.output, "\n--port "));
    CHECK(absl::StrContains(outcome.output, "  PORT  "));
    CHECK(absl::StrContains(outcome.output, " 7000 "));
  }
}

TEST_CASE("a program that cannot start says why in a line each, and ends with 1", "[main]") {
  const Outcome bad = RunToEnd("currencyservice", {"--port=99999", "--log-level=loud"}, {"METRICS_PORT=x"});
  CHECK(bad.status == 1);
  CHECK(bad.output.empty());
  CHECK(LinesOf(bad.errors) ==
        std::vector<std::string>{"currencyservice: --port: '99999' is not a whole number from 0 to 65535",
                                 "currencyservice: METRICS_PORT: 'x' is not a whole number from 0 to 65535",
                                 "currencyservice: --log-level: 'loud' is none of debug, info, warning, error"});
  const Outcome unknown = RunToEnd("currencyservice", {"--prot=7000"});
  CHECK(unknown.status == 1);
  REQUIRE(LinesOf(unknown.errors).size() == 1);
  CHECK(absl::StrContains(unknown.errors, "--prot"));
}

TEST_CASE("a second program on the port ends with one line that names it", "[main]") {
  RunningProgram first("currencyservice", kFreePorts);
  const std::string address = first.AddressOf("grpc");
  const Outcome second = RunToEnd("currencyservice", {absl::StrCat("--port=", address.substr(address.rfind(':') + 1)),
                                                      "--metrics-port=0", "--listen-addr=127.0.0.1"});
  CHECK(second.status == 1);
  CHECK(second.output.empty());
  CHECK(second.errors == absl::StrCat("currencyservice: cannot listen on ", address, ": Address already in use\n"));
  CHECK(first.Stop().status == 0);
}

TEST_CASE("a program that is told to stop while it starts stops in good order", "[main]") {
  for (int i = 0; i < 5; ++i) {
    RunningProgram program("currencyservice", kFreePorts);
    program.Terminate();
    CHECK(program.Wait().status == 0);
  }
}

TEST_CASE("a second signal ends a program that takes its time", "[main]") {
  auto arguments = kFreePorts;
  arguments.push_back("--drain-delay=5m");
  RunningProgram program("currencyservice", arguments);
  const auto health = grpc::health::v1::Health::NewStub(
      grpc::CreateChannel(program.AddressOf("grpc"), grpc::InsecureChannelCredentials()));
  program.Terminate();
  // Two signals that wait at once are one: the first has been taken when health tells of it.
  CHECK(testing::Eventually([&] {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service("hipstershop.CurrencyService");
    grpc::health::v1::HealthCheckResponse response;
    return health->Check(&context, request, &response).ok() &&
           response.status() == grpc::health::v1::HealthCheckResponse::NOT_SERVING;
  }));
  program.Terminate();
  CHECK(program.Wait().status == 128 + 15);
}

}  // namespace
}  // namespace boutique::runtime
