// SPDX-License-Identifier: Apache-2.0
// A shop that needs a password: the programs as their operators start them.
#include <cstdlib>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mesh/boutique.h"
#include "support/catch.h"

namespace boutique::testing {
namespace {

// Made by `openssl passwd -6` of "open sesame".
constexpr const char* kAda =
    "ada:$6$Y.uJHY7fbnYCrOoK$egdt4SHmkbbCm/K2uYLau6/popuIpuFD4CczZc3jErLgT3lqaPbyFSDvxytEX1W29YSZGkcmutC2jmxAkRCNd1";
const std::string kCredentials = absl::Base64Escape("ada:open sesame");

int PortOf(const std::string& address) { return std::atoi(address.c_str() + address.find(':') + 1); }

TEST_CASE("a shop with BASIC_AUTH is closed to strangers, open to its users and to probes, and keeps quiet", "[mesh]") {
  RunningProgram shop("boutique", OnFreePorts(":memory:", {"--log-level=debug"}),
                      {absl::StrCat("BASIC_AUTH=# staff\n", kAda, "\n")});
  const int port = PortOf(shop.AddressOf("shop"));
  const std::string ada = absl::StrCat("Authorization: Basic ", kCredentials, "\r\n");
  for (const char* const path : {"/", "/product/6E92ZMYYFZ", "/api/v1/products", "/health", "/nowhere",
                                 "/static/img/products/mug.jpg"}) {
    CAPTURE(path);
    CHECK(Exchange(port, GetRequest(path)).status == 401);
    const int status = Exchange(port, GetRequest(path, ada)).status;
    CHECK(status == (std::string(path) == "/nowhere" ? 404 : 200));
  }
  for (const char* const path : {"/_healthz", "/readyz", "/robots.txt", "/static/styles/shop.css"}) {
    CAPTURE(path);
    CHECK(Exchange(port, GetRequest(path)).status == 200);
  }
  const RawAnswer page = Exchange(port, GetRequest("/"));
  CHECK(absl::StrContains(page.body, "This shop is not open to everybody"));
  CHECK(Exchange(port, GetRequest("/api/v1/cart")).Header("Content-Type") == "application/problem+json");

  const Outcome end = shop.Stop();
  CHECK(end.status == 0);
  for (const std::string& secret : {kCredentials, std::string("sesame"), std::string(kAda).substr(4, 20)}) {
    CHECK_FALSE(absl::StrContains(end.errors, secret));
    CHECK_FALSE(absl::StrContains(end.output, secret));
  }
}

TEST_CASE("users that cannot be are refused at the start in one line, which does not show them", "[mesh]") {
  for (const std::string& users : {std::string("ada"), std::string("ada:hunter2"), absl::StrCat(kAda, " ", kAda),
                                   std::string(kAda).substr(0, 60), std::string("\n")}) {
    CAPTURE(users);
    const Outcome end = RunToEnd("boutique", OnFreePorts(":memory:", {}), {absl::StrCat("BASIC_AUTH=", users)});
    CHECK(end.status == 1);
    CHECK(absl::StrContains(end.errors, "BASIC_AUTH: "));
    for (const std::string& secret : {std::string("hunter2"), std::string(kAda).substr(4, 20)}) {
      CHECK_FALSE(absl::StrContains(end.errors, secret));
    }
  }
}

TEST_CASE("simulated shoppers come in with a password, and wait outside without", "[mesh]") {
  RunningProgram shop("boutique", OnFreePorts(":memory:", {}), {absl::StrCat("BASIC_AUTH=", kAda)});
  const std::string address = shop.AddressOf("shop");
  const Outcome end =
      RunToEnd("loadgenerator",
               {"--metrics-port=0", absl::StrCat("--frontend-addr=", address), "--users=5", "--rate=100", "--requests=100",
                "--think-min=0", "--think-max=1ms", "--max-failures=0", "--min-requests=100", "--basic-auth-user=ada"},
               {"BASIC_AUTH_PASSWORD=open sesame"});
  INFO(end.output << end.errors);
  CHECK(end.status == 0);
  CHECK_FALSE(absl::StrContains(end.errors, "sesame"));
  const Outcome alone = RunToEnd("loadgenerator", {"--metrics-port=0", absl::StrCat("--frontend-addr=", address),
                                                   "--basic-auth-user=ada"});
  CHECK(alone.status == 1);
  CHECK(absl::StrContains(alone.errors, "BASIC_AUTH_PASSWORD"));
}

}  // namespace
}  // namespace boutique::testing
