// SPDX-License-Identifier: Apache-2.0
// How a process finds the services that it calls.
#include "hipstershop/ad.grpc.pb.h"
#include "hipstershop/cart.grpc.pb.h"
#include "scripted_module.h"
#include "support/on_loop.h"

namespace boutique::runtime {
namespace {

using Messages = std::vector<std::string>;

TEST_CASE("each required service without an address is a line; an optional one may be missing", "[peers]") {
  rpc::Client<pb::AdService>* ads = nullptr;
  Script script;
  script.declare = [](Settings& settings) {
    for (const char* who : {"CART_SERVICE_ADDR", "MINT_SERVICE_ADDR", "AD_SERVICE_ADDR"}) settings.Address(who);
  };
  const bool addressed = GENERATE(false, true);
  script.install = [&](Host& host) {
    host.ClientOf<pb::CartService>("CART_SERVICE_ADDR");
    host.ClientOf<pb::CartService>("MINT_SERVICE_ADDR");
    ads = &host.ClientOf<pb::AdService>("AD_SERVICE_ADDR", Need::kOptional);
    return absl::OkStatus();
  };
  Bureau bureau(script);
  if (!addressed) {
    CHECK(bureau.Start() == Messages{"CART_SERVICE_ADDR: is required, the host:port of hipstershop.CartService",
                                     "MINT_SERVICE_ADDR: is required, the host:port of hipstershop.CartService"});
  } else {
    CHECK(bureau.Start({"--cart-service-addr=127.0.0.1:1", "--mint-service-addr=127.0.0.1:1"}).empty());
    REQUIRE(ads != nullptr);
    CHECK_FALSE(ads->IsConnected());
  }
}

// A process that calls the currency service from its own loop.
struct Caller {
  Script Of() {
    Script script;
    script.declare = [](Settings& settings) { settings.Address("CURRENCY_SERVICE_ADDR"); };
    script.install = [this](Host& host) {
      currency = &host.ClientOf<pb::CurrencyService>("CURRENCY_SERVICE_ADDR");
      host.OnStart([this] { return currency->IsConnected() ? absl::OkStatus() : absl::InternalError("unconnected"); });
      return absl::OkStatus();
    };
    return script;
  }
  absl::Status CallFrom(Process& process) const {
    rpc::Loop& loop = *process.host().loops()[0];
    const rpc::CallContext call = rpc::Begin(loop, 20s);
    using Stub = pb::CurrencyService::Stub;
    return testing::RunOn(loop, currency->Call<&Stub::AsyncGetSupportedCurrencies>(call, pb::Empty())).status();
  }
  rpc::Client<pb::CurrencyService>* currency = nullptr;
};

TEST_CASE("a service of another process is called at its address", "[peers]") {
  Bureau bureau;
  REQUIRE(bureau.Start().empty());
  Caller caller;
  Process process({.name = "frontend"});
  Script::Next() = caller.Of();
  process.Add<ScriptedModule>();
  REQUIRE(MessagesOf(process.Start({"--metrics-port=0", "--listen-addr=127.0.0.1", "--loops=2",
                                    "--currency-service-addr=" + bureau.process.AddressOf("grpc")}))
              .empty());
  CHECK(process.AddressOf("grpc").empty());
  CHECK(process.host().loops().size() == 2);
  CHECK(caller.CallFrom(process).ok());
  bureau.process.Stop();
  CHECK_CODE(caller.CallFrom(process), kUnavailable);
}

TEST_CASE("a service of the same process is called without a socket, however the process was made", "[peers]") {
  const bool one_process = GENERATE(true, false);
  Caller caller;
  Bureau bureau(caller.Of(), {.name = "boutique", .summary = "", .grpc_port = 7000, .one_process = one_process});
  REQUIRE(MessagesOf(bureau.process.Start(
                         {one_process ? "--grpc-port=0" : "--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1"}))
              .empty());
  CHECK(caller.CallFrom(bureau.process).ok());
}

}  // namespace
}  // namespace boutique::runtime
