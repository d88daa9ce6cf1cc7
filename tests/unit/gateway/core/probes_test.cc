// SPDX-License-Identifier: Apache-2.0
#include "gateway/probes.h"

#include "platform/rpc/client.h"
#include "platform/runtime/process.h"
#include "services/currency/currency_module.h"
#include "small_gateway.h"
#include "support/catch.h"

namespace boutique::gateway {
namespace {

class Fixture : public SmallGateway {
 public:
  // A service of this process.
  Dependency Here(std::string name, bool required, bool* ready) {
    Dependency dependency;
    dependency.name = std::move(name);
    dependency.required = required;
    dependency.configured = true;
    dependency.ready_here = [ready] { return *ready; };
    return dependency;
  }
  // One at an address.
  Dependency There(std::string name, rpc::Client<grpc::health::v1::Health>& health, std::string service) {
    Dependency dependency;
    dependency.name = std::move(name);
    dependency.service = std::move(service);
    dependency.configured = true;
    dependency.health = &health;
    return dependency;
  }
  void Start(std::vector<Dependency> dependencies) {
    Gateway& made = Make();
    probes = std::make_unique<Probes>(std::move(dependencies), [this] { return process_ready; });
    probes->RegisterWith(made);
  }

  bool process_ready = true;
  std::unique_ptr<Probes> probes;
};

TEST_CASE_METHOD(Fixture, "the process lives whatever its services do", "[gateway][D13]") {
  bool ready = false;
  Start({Here("cart", true, &ready)});
  const auto response = Send(Request("GET", "/_healthz"));
  CHECK(response.status == 200);
  CHECK(response.body == "ok");
  CHECK(response.HeaderOf("Set-Cookie").empty());
}

TEST_CASE_METHOD(Fixture, "the shop is ready when its process is, and tells how its services are", "[gateway][D13]") {
  bool cart = true;
  bool ads = false;
  Start({Here("cart", true, &cart), Here("ad", false, &ads)});
  CHECK(Send(Request("GET", "/readyz")).status == 200);
  const auto health = Send(Request("GET", "/health"));
  CHECK(health.status == 200);
  CHECK(health.body == "{\"status\":\"degraded\",\"services\":{\"cart\":\"SERVING\",\"ad\":\"NOT_SERVING\"}}\n");
  process_ready = false;
  CHECK(Send(Request("GET", "/readyz")).status == 503);
}

TEST_CASE_METHOD(Fixture, "without its carts the shop is down, and yet ready to say so", "[gateway][D13]") {
  bool cart = false;
  Dependency unset;
  unset.name = "order";
  Start({Here("cart", true, &cart), unset});
  CHECK(Send(Request("GET", "/readyz")).status == 200);
  const auto health = Send(Request("GET", "/health"));
  CHECK(health.status == 503);
  CHECK(health.body == "{\"status\":\"down\",\"services\":{\"cart\":\"NOT_SERVING\"}}\n");
  // A report is good for a second, so that probes cost the services nothing.
  cart = true;
  CHECK(Send(Request("GET", "/health")).status == 503);
}

TEST_CASE_METHOD(Fixture, "a shop is whole without what it is not meant to have", "[gateway][D13]") {
  bool cart = true;
  Dependency unset;
  unset.name = "ad";
  Start({unset, Here("cart", true, &cart)});
  CHECK(Send(Request("GET", "/health")).body == "{\"status\":\"ok\",\"services\":{\"cart\":\"SERVING\"}}\n");
}

TEST_CASE_METHOD(Fixture, "services elsewhere are asked, and nothing of theirs is told", "[gateway][D13]") {
  runtime::Process process({.name = "currencyservice", .grpc_port = 7000});
  process.Add<currency::CurrencyModule>();
  REQUIRE(process.Start({"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1", "--reflection=false"}).empty());
  telemetry::Metrics metrics;
  rpc::Client<grpc::health::v1::Health> there(rpc::Connect(process.AddressOf("grpc")), metrics);
  rpc::Client<grpc::health::v1::Health> nobody(rpc::Connect("127.0.0.1:1"), metrics);
  Start({There("currency", there, "hipstershop.CurrencyService"), There("other", there, "hipstershop.Unknown"),
         There("cart", nobody, "hipstershop.CartService")});
  const auto health = Send(Request("GET", "/health"));
  CHECK(health.body ==
        "{\"status\":\"degraded\",\"services\":{\"currency\":\"SERVING\",\"other\":\"SERVING\","
        "\"cart\":\"UNREACHABLE\"}}\n");
}

}  // namespace
}  // namespace boutique::gateway
