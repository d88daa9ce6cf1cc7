// SPDX-License-Identifier: Apache-2.0
// How the programs start, and what they say when they cannot.
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "mesh/boutique.h"
#include "support/temporary_folder.h"

namespace boutique::testing {
namespace {

constexpr const char* kPrograms[] = {"boutique",        "frontend",        "adservice",
                                     "cartservice",     "checkoutservice", "currencyservice",
                                     "emailservice",    "orderservice",    "paymentservice",
                                     "productcatalogservice", "recommendationservice", "shippingservice"};

std::vector<std::string> LinesOf(const std::string& text) { return absl::StrSplit(text, '\n', absl::SkipEmpty()); }

// The program ended with status 1 and one line on standard error for each of `words`, which that line holds.
void CheckProblems(const Outcome& end, const std::vector<std::string>& words) {
  INFO(end.errors);
  CHECK(end.status == 1);
  CHECK(end.output.empty());
  const auto lines = LinesOf(end.errors);
  REQUIRE(lines.size() == words.size());
  for (std::size_t i = 0; i < words.size(); ++i) CHECK(absl::StrContains(lines[i], words[i]));
}

std::string PortIn(const std::string& address) {
  const std::string after = address.substr(address.find(':') + 1);
  return after.substr(0, after.find('/'));
}

TEST_CASE("boutique says where its shop, its services and its metrics are", "[mesh]") {
  Boutique shop(":memory:");
  for (const char* what : {"shop", "grpc", "metrics"}) {
    CHECK(absl::StartsWith(shop.program().AddressOf(what), "127.0.0.1:"));
  }
  REQUIRE_OK(contract::CheckLives("hipstershop.CartService"));
  CHECK(shop.Get("/_healthz").status == 200);
  CHECK(shop.Get("/readyz").status == 200);
  CHECK(absl::StrContains(shop.Metrics(), "grpc_server_handled_total"));
  CHECK(shop.program().Stop().status == 0);
}

TEST_CASE("a second boutique on taken ports ends with one line that names the port", "[mesh]") {
  Boutique first(":memory:");
  for (const auto& [what, flag] :
       {std::pair("shop", "--port="), std::pair("grpc", "--grpc-port="), std::pair("metrics", "--metrics-port=")}) {
    CAPTURE(what);
    const std::string port = PortIn(first.program().AddressOf(what));
    CheckProblems(RunToEnd("boutique", OnFreePorts(":memory:", {flag + port})), {":" + port});
  }
  CHECK(first.Get("/_healthz").status == 200);
  REQUIRE_OK(contract::CheckLives("hipstershop.CartService"));
}

TEST_CASE("a service on a taken port ends with one line that names the port", "[mesh]") {
  Boutique first(":memory:");
  const std::string port = PortIn(first.program().AddressOf("grpc"));
  CheckProblems(
      RunToEnd("currencyservice", {"--listen-addr=127.0.0.1", "--metrics-port=0", "--port=" + port}), {":" + port});
}

TEST_CASE("a bad option is one line that names it", "[mesh]") {
  CheckProblems(RunToEnd("boutique", OnFreePorts(":memory:", {"--no-such-option=1"})), {"--no-such-option"});
  for (const auto& [flag, value] : {std::pair("--grpc-port", "70000"), std::pair("--grpc-port", "http"),
                                    std::pair("--shutdown-grace", "soon"), std::pair("--log-level", "loud"),
                                    std::pair("--loops", "-1"), std::pair("--reflection", "perhaps")}) {
    CAPTURE(flag, value);
    CheckProblems(RunToEnd("boutique", OnFreePorts(":memory:", {std::string(flag) + "=" + value})), {flag});
  }
}

TEST_CASE("each bad option has its line, from flags and from the environment", "[mesh]") {
  const Outcome end = RunToEnd("boutique", OnFreePorts(":memory:", {"--loops=many", "--drain-delay=never"}),
                               {"SHUTDOWN_GRACE=later"});
  INFO(end.errors);
  CHECK(end.status == 1);
  CHECK(LinesOf(end.errors).size() == 3);
  for (const char* name : {"--loops", "--drain-delay", "SHUTDOWN_GRACE"}) CHECK(absl::StrContains(end.errors, name));
}

TEST_CASE("a program that lacks the addresses of its peers names each of them", "[mesh]") {
  const Outcome end = RunToEnd("recommendationservice", {"--port=0", "--metrics-port=0"},
                               {"PRODUCT_CATALOG_SERVICE_ADDR="});
  CheckProblems(end, {"PRODUCT_CATALOG_SERVICE_ADDR"});
}

TEST_CASE("a data directory that cannot be one is one line", "[mesh]") {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/a-file";
  std::ofstream(file) << "not a folder";
  for (const std::string& place : {file, file + "/below", std::string("/proc/boutique")}) {
    CAPTURE(place);
    CheckProblems(RunToEnd("boutique", OnFreePorts(place, {})), {place});
  }
}

TEST_CASE("a data directory is made if it is not there", "[mesh]") {
  const TemporaryFolder folder;
  const std::string place = folder.path() + "/some/where";
  Boutique shop(place);
  CHECK(std::filesystem::is_directory(place));
  CHECK(shop.program().Stop().status == 0);
}

TEST_CASE("every program prints its options as a table", "[mesh]") {
  for (const char* program : kPrograms) {
    CAPTURE(program);
    const Outcome end = RunToEnd(program, {"--help"});
    CHECK(end.status == 0);
    CHECK(end.errors.empty());
    const auto lines = LinesOf(end.output);
    REQUIRE(lines.size() > 5);
    CHECK(absl::StartsWith(lines[0], std::string(program) + ": "));
    for (const char* column : {"flag", "environment", "default", "meaning"}) {
      CHECK(absl::StrContains(lines[1], column));
    }
    CHECK(absl::StrContains(end.output, "--metrics-port"));
  }
}

}  // namespace
}  // namespace boutique::testing
