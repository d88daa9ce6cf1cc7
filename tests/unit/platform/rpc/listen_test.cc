// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/listen_check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chain.h"

namespace boutique::rpc {
namespace {

// Somebody else's listener on a port of this machine.
struct Occupied {
  Occupied() : fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(fd, 1) == 0);
    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }
  ~Occupied() { close(fd); }
  int fd;
  int port = 0;
};

TEST_CASE("a free address can be listened on", "[listen]") {
  CHECK(CheckCanListen("127.0.0.1:0").ok());
  CHECK(CheckCanListen("0.0.0.0:0").ok());
  CHECK(CheckCanListen("localhost:0").ok());
}

TEST_CASE("a taken port is named in one line", "[listen]") {
  const Occupied taken;
  const std::string address = absl::StrCat("127.0.0.1:", taken.port);
  CHECK(CheckCanListen(address) ==
        absl::UnavailableError(absl::StrCat("cannot listen on ", address, ": Address already in use")));
  CHECK_CODE(CheckCanListen(absl::StrCat("0.0.0.0:", taken.port)), kUnavailable);
}

TEST_CASE("an address that is not this machine's cannot be listened on", "[listen]") {
  CHECK(CheckCanListen("192.0.2.1:0") ==
        absl::UnavailableError("cannot listen on 192.0.2.1:0: Cannot assign requested address"));
}

TEST_CASE("what is no address is refused with the address", "[listen]") {
  for (const char* address : {"", "localhost", "7070", "no.such.host.invalid:0", "127.0.0.1:http-not-a-port", ":0"}) {
    const absl::Status status = CheckCanListen(address);
    CHECK_CODE(status, kInvalidArgument);
    CHECK(std::string(status.message()).find(address) != std::string::npos);
  }
}

TEST_CASE("a port is never shared: the second server is refused with one line that names it", "[listen]") {
  telemetry::Metrics metrics;
  FakeAds ads;
  Server first({}, metrics);
  ads.RegisterWith(first);
  const auto port = first.Start("127.0.0.1:0");
  REQUIRE_OK(port);
  CHECK(*port > 0);
  Server second({}, metrics);
  ads.RegisterWith(second);
  const std::string address = absl::StrCat("127.0.0.1:", *port);
  CHECK(second.Start(address).status() ==
        absl::UnavailableError(absl::StrCat("cannot listen on ", address, ": Address already in use")));
  first.Shutdown(0s);
  Server third({}, metrics);
  ads.RegisterWith(third);
  CHECK(third.Start(address).value() == *port);
}

}  // namespace
}  // namespace boutique::rpc
