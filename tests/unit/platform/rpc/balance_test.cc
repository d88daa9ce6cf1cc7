// SPDX-License-Identifier: Apache-2.0
// An address that means several peers, and connections that end by their age.
#include <array>

#include "chain.h"
#include "platform/rpc/sleep.h"
#include "raw_grpc.h"
#include "support/eventually.h"
#include "support/on_loop.h"

namespace boutique::rpc {
namespace {

// One of several servers of the same service.
struct Peer {
  explicit Peer(ServerOptions options = {}) : server(options, metrics) {
    ads.answer = [](const CallContext&, const pb::AdRequest&) -> Reply<pb::AdResponse> { co_return pb::AdResponse(); };
    ads.RegisterWith(server);
  }
  void Start(int wanted = 0) {
    const auto bound = server.Start(absl::StrCat("127.0.0.1:", wanted));
    REQUIRE_OK(bound);
    port = *bound;
  }

  telemetry::Metrics metrics;
  FakeAds ads;
  Server server;
  int port = 0;
};

// Who calls them.
struct Caller {
  explicit Caller(const std::string& address) : client(Connect(address), metrics) { loop.Start(); }
  ~Caller() { loop.Stop(); }
  absl::Status Get() {
    const CallContext call = Begin(loop, 20s);
    return testing::RunOn(loop, client.Call<&pb::AdService::Stub::AsyncGetAds>(call, pb::AdRequest())).status();
  }

  Loop loop;
  telemetry::Metrics metrics;
  Client<pb::AdService> client;
};

TEST_CASE("peers behind one address are called in turn", "[balance]") {
  std::array<Peer, 3> peers;
  for (Peer& peer : peers) peer.Start();
  Caller caller(absl::StrCat("ipv4:127.0.0.1:", peers[0].port, ",127.0.0.1:", peers[1].port, ",127.0.0.1:",
                             peers[2].port));
  // Only connected peers get calls: wait until all are, then count.
  REQUIRE(testing::Eventually([&] {
    CHECK(caller.Get().ok());
    return peers[0].ads.calls > 0 && peers[1].ads.calls > 0 && peers[2].ads.calls > 0;
  }));
  for (Peer& peer : peers) peer.ads.calls = 0;
  for (int i = 0; i < 30; ++i) CHECK(caller.Get().ok());
  for (Peer& peer : peers) CHECK(peer.ads.calls == 10);
}

TEST_CASE("a peer that stops costs the callers of the others nothing", "[balance]") {
  std::array<Peer, 2> peers;
  for (Peer& peer : peers) peer.Start();
  Caller caller(absl::StrCat("ipv4:127.0.0.1:", peers[0].port, ",127.0.0.1:", peers[1].port));
  REQUIRE(testing::Eventually([&] {
    CHECK(caller.Get().ok());
    return peers[0].ads.calls > 0 && peers[1].ads.calls > 0;
  }));
  peers[0].server.Shutdown(10s);
  for (int i = 0; i < 30; ++i) CHECK(caller.Get().ok());
}

TEST_CASE("a name is resolved: dns:///name:port", "[balance]") {
  Peer peer;
  peer.Start();
  Caller caller(absl::StrCat("dns:///localhost:", peer.port));
  CHECK(testing::Eventually([&] { return caller.Get().ok(); }));
}

TEST_CASE("connections that end by their age fail no call", "[balance]") {
  Peer peer({.max_connection_age = 50ms});
  peer.Start();
  Caller caller(absl::StrCat("127.0.0.1:", peer.port));
  REQUIRE(testing::Eventually([&] { return caller.Get().ok(); }));
  // A client that never opens a second connection sees when the first has ended; ours opened new ones meanwhile.
  RawGrpc once(peer.port);
  CHECK(once.Call("/hipstershop.AdService/GetAds", {}));
  CHECK(testing::Eventually([&] {
    CHECK(caller.Get().ok());
    return !once.Call("/hipstershop.AdService/GetAds", {});
  }));
}

TEST_CASE("a connection of age lets its running call end", "[balance]") {
  Peer peer({.max_connection_age = 20ms});
  peer.ads.answer = [](const CallContext& call, const pb::AdRequest&) -> Reply<pb::AdResponse> {
    co_await Sleep(call, 200ms);
    co_return pb::AdResponse();
  };
  peer.Start();
  Caller caller(absl::StrCat("127.0.0.1:", peer.port));
  CHECK(testing::Eventually([&] { return caller.Get().ok(); }));
  CHECK(caller.Get().ok());
}

}  // namespace
}  // namespace boutique::rpc
