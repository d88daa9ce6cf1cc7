// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "unit/platform/storage/redis/client_fixture.h"

namespace boutique::redis {
namespace {

using std::chrono::milliseconds;

struct Outage : ClientFixture {
  // Sends the command from another thread, and returns when Redis has it and blocks on it.
  std::future<absl::StatusOr<Value>> Block(const testing::RedisServer& server) {
    auto blocked = std::async(std::launch::async, [this] { return Do({"BLPOP", "list", "0"}); });
    while (server.Do({"CLIENT", "LIST"}).find("cmd=blpop") == std::string::npos) {
    }
    return blocked;
  }
};

TEST_CASE_METHOD(Outage, "complaint 8: a Redis that comes late is found by itself", "[redis]") {
  testing::RedisServer server({.start = false});
  Connect(At(server.address()));
  CHECK_CODE(Do({"PING"}), kUnavailable);
  CHECK_FALSE(Answers());
  server.Start();
  REQUIRE(Becomes(true));
  CHECK_CODE(Do({"PING"}), kOk);
}

TEST_CASE_METHOD(Outage, "what was in flight when Redis died is UNAVAILABLE, and it is found again", "[redis]") {
  testing::RedisServer server;
  Connect(At(server.address()));
  REQUIRE(Becomes(true));
  auto blocked = Block(server);
  server.Kill();
  CHECK_CODE(blocked.get(), kUnavailable);
  REQUIRE(Becomes(false));
  CHECK_CODE(Do(call.Within(milliseconds(500)), {"PING"}), kUnavailable);
  server.Start();
  REQUIRE(Becomes(true));
  CHECK_CODE(Do({"PING"}), kOk);
}

TEST_CASE_METHOD(Outage, "a Redis whose disk is full is away until it is not, with what it had taken", "[redis]") {
  const testing::RedisServer server({.append = true});
  Connect(At(server.address()));
  REQUIRE(Becomes(true));
  CHECK_CODE(Do({"SET", "cart", "1"}), kOk);
  server.FillDisk();
  absl::Status refused;
  for (int i = 0; i < 10 && refused.ok(); ++i) refused = Do({"INCR", "taken"}).status();
  CHECK_CODE(refused, kUnavailable);
  CHECK(Becomes(false));
  const std::string taken = server.Do({"GET", "taken"});
  server.ClearDisk();
  REQUIRE(Becomes(true));
  CHECK(server.Do({"GET", "cart"}) == "1");
  CHECK(server.Do({"GET", "taken"}) == taken);
  CHECK_CODE(Do({"SET", "cart", "2"}), kOk);
}

TEST_CASE_METHOD(Outage, "a Redis whose memory is full refuses what would need more, and serves the rest", "[redis]") {
  const testing::RedisServer server;
  Connect(At(server.address()));
  REQUIRE(Becomes(true));
  CHECK_CODE(Do({"SET", "cart", "1"}), kOk);
  server.Do({"CONFIG", "SET", "maxmemory", "1"});
  CHECK_CODE(Do({"SET", "cart", "2"}), kResourceExhausted);
  CHECK_CODE(Do({"GET", "cart"}), kOk);
  CHECK(Answers());
}

TEST_CASE_METHOD(Outage, "a Redis that no longer answers is noticed, and found again when it does", "[redis]") {
  testing::RedisServer server;
  Options options = At(server.address() + ",connectTimeout=200");
  options.keepalive = milliseconds(50);
  Connect(options);
  REQUIRE(Becomes(true));
  SECTION("while nobody asks") { server.Freeze(); }
  SECTION("while somebody waits") {
    server.Freeze();
    CHECK_CODE(Do({"PING"}), kUnavailable);
  }
  REQUIRE(Becomes(false));
  server.Thaw();
  REQUIRE(Becomes(true));
  CHECK_CODE(Do({"PING"}), kOk);
}

TEST_CASE_METHOD(Outage, "a call does not wait for a silent Redis longer than its deadline", "[redis]") {
  testing::RedisServer server;
  Connect(At(server.address()));
  REQUIRE(Becomes(true));
  server.Freeze();
  const auto start = std::chrono::steady_clock::now();
  CHECK_CODE(Do(call.Within(milliseconds(50)), {"PING"}), kDeadlineExceeded);
  CHECK(std::chrono::steady_clock::now() - start < milliseconds(1000));
  server.Thaw();
}

TEST_CASE_METHOD(Outage, "a replica is left for the next address", "[redis]") {
  testing::RedisServer replica;
  testing::RedisServer leader;
  replica.Do({"REPLICAOF", "127.0.0.1", std::to_string(leader.port())});
  Connect(At(replica.address() + "," + leader.address()));
  REQUIRE(Becomes(true));
  CHECK_CODE(Do({"SET", "key", "x"}), kUnavailable);
  CHECK_CODE(Do({"SET", "key", "x"}), kOk);  // waits for the other connection
  CHECK(leader.Do({"GET", "key"}) == "x");
}

// A peer of which the test decides every byte.
class Peer {
 public:
  Peer() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 8);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }
  ~Peer() {
    close(connection_);
    close(listener_);
  }
  // Accepts a connection and answers its greeting.
  void Accept(const std::string& answer = "+PONG\r\n") {
    connection_ = accept(listener_, nullptr, nullptr);
    Read();
    Write(answer);
  }
  std::string Read() {
    std::string bytes(4096, '\0');
    const ssize_t size = read(connection_, bytes.data(), bytes.size());
    bytes.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return bytes;
  }
  void Write(const std::string& bytes) { CHECK(write(connection_, bytes.data(), bytes.size()) > 0); }
  void Close() { close(std::exchange(connection_, -1)); }

  int port = 0;

 private:
  const int listener_ = socket(AF_INET, SOCK_STREAM, 0);
  int connection_ = -1;
};

TEST_CASE_METHOD(Outage, "what was in flight is not sent again over the next connection", "[redis]") {
  Peer peer;
  Connect(At("127.0.0.1:" + std::to_string(peer.port)));
  peer.Accept();
  auto lost = std::async(std::launch::async, [this] { return Do({"INCR", "count"}); });
  CHECK(peer.Read().find("INCR") != std::string::npos);
  peer.Close();
  CHECK_CODE(lost.get(), kUnavailable);
  peer.Accept();
  auto next = std::async(std::launch::async, [this] { return Do({"ECHO", "x"}); });
  CHECK(peer.Read() == "*2\r\n$4\r\nECHO\r\n$1\r\nx\r\n");
  peer.Write("$1\r\nx\r\n");
  CHECK_CODE(next.get(), kOk);
}

TEST_CASE_METHOD(Outage, "a peer that speaks no Redis is left", "[redis]") {
  Peer peer;
  Connect(At("127.0.0.1:" + std::to_string(peer.port)));
  peer.Accept();
  REQUIRE(Becomes(true));
  SECTION("nonsense") { peer.Write("HTTP/1.1 400 Bad Request\r\n\r\n"); }
  SECTION("a reply to nothing") { peer.Write("+OK\r\n"); }
  REQUIRE(Becomes(false));
  peer.Close();
  peer.Accept();
  CHECK(Becomes(true));
}

TEST_CASE_METHOD(Outage, "a Redis that still loads its data is waited for", "[redis]") {
  Peer peer;
  Connect(At("127.0.0.1:" + std::to_string(peer.port)));
  auto waiting = std::async(std::launch::async, [this] { return Do({"PING"}); });
  peer.Accept("-LOADING Redis is loading the dataset in memory\r\n");
  CHECK_CODE(waiting.get(), kUnavailable);
  peer.Close();
  peer.Accept();
  CHECK(Becomes(true));
}

}  // namespace
}  // namespace boutique::redis
