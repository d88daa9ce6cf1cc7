// SPDX-License-Identifier: Apache-2.0
// What no proper client would send: each gets a 4xx, and the server lives.
#include <random>

#include "server_fixture.h"

namespace boutique::http {
namespace {

using boutique::testing::Exchange;
using boutique::testing::GetRequest;
using boutique::testing::PostRequest;
using boutique::testing::RawHttp;

TEST_CASE_METHOD(ServerFixture, "what is no HTTP gets 400", "[http]") {
  Start();
  for (const char* bytes : {"nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\x01 HTTP/1.1\r\n\r\n",
                            "\x16\x03\x01\x02\x01\x01\xfc\x03\x03", "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
                            "GET / HTTP/1.1\r\nBad header line\r\n\r\n",
                            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1e9\r\n\r\n",
                            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
                            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                            "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    INFO(bytes);
    CHECK(Exchange(port, bytes).status == 400);
  }
  CHECK(Exchange(port, GetRequest("/hello")).status == 200);
}

TEST_CASE_METHOD(ServerFixture, "a request of HTTP/1.1 without a host gets 400", "[http]") {
  Start();
  CHECK(Exchange(port, "GET /hello HTTP/1.1\r\n\r\n").status == 400);
  CHECK(Exchange(port, "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").status == 400);
  CHECK(Exchange(port, "GET /hello HTTP/1.0\r\n\r\n").status == 200);
}

TEST_CASE_METHOD(ServerFixture, "a body beyond the limit gets 413 and the connection goes on", "[http]") {
  Start();
  RawHttp client(port);
  client.Send(PostRequest("/echo", std::string(64 * 1024, 'x')));
  CHECK(client.Read().status == 200);
  client.Send(PostRequest("/echo", std::string(64 * 1024 + 1, 'x')));
  CHECK(client.Read().status == 413);
  client.Send(GetRequest("/hello"));
  CHECK(client.Read().status == 200);
}

TEST_CASE_METHOD(ServerFixture, "a body far beyond the limit gets 413 and the connection ends", "[http]") {
  Start();
  RawHttp client(port);
  client.Send(PostRequest("/echo", std::string(1024 * 1024 + 1, 'x')));
  CHECK(client.Read().status == 413);
  CHECK(Exchange(port, GetRequest("/hello")).status == 200);
}

TEST_CASE_METHOD(ServerFixture, "a chunked body is read, and limited, too", "[http]") {
  Start();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  CHECK(Exchange(port, head + "4\r\nbody\r\n0\r\n\r\n").body == "body");
  std::string large = head;
  for (int i = 0; i < 80; ++i) large += "400\r\n" + std::string(1024, 'x') + "\r\n";
  CHECK(Exchange(port, large + "0\r\n\r\n").status == 413);
}

TEST_CASE_METHOD(ServerFixture, "headers beyond the limit get 431", "[http]") {
  Start();
  CHECK(Exchange(port, GetRequest("/hello", "X: " + std::string(15 * 1024, 'x') + "\r\n")).status == 200);
  CHECK(Exchange(port, GetRequest("/hello", "X: " + std::string(17 * 1024, 'x') + "\r\n")).status == 431);
  CHECK(Exchange(port, GetRequest("/hello?" + std::string(17 * 1024, 'x'))).status == 431);
  CHECK(Exchange(port, GetRequest("/hello", "X: " + std::string(200 * 1024, 'x') + "\r\n")).status == 431);
  std::string many;
  for (int i = 0; i < 5000; ++i) many += absl::StrCat("X-", i, ": a long enough value of a header\r\n");
  CHECK(Exchange(port, GetRequest("/hello", many)).status >= 400);
  CHECK(Exchange(port, GetRequest("/hello")).status == 200);
}

TEST_CASE_METHOD(ServerFixture, "a client that is too slow gets 408", "[http]") {
  options.read_timeout = std::chrono::milliseconds(100);
  Start();
  RawHttp slow(port);
  slow.Send("GET /hello HTTP/1.1\r\nHost: sh");
  CHECK(slow.Read().status == 408);
  CHECK(slow.IsClosedByPeer());
  RawHttp silent(port);
  CHECK(silent.IsClosedByPeer());
}

TEST_CASE_METHOD(ServerFixture, "connections over the limit are closed at once", "[http]") {
  options.most_connections = 1;
  Start();
  RawHttp first(port);
  first.Send(GetRequest("/hello"));
  CHECK(first.Read().status == 200);
  RawHttp second(port);
  CHECK(second.IsClosedByPeer());
  first.Send(GetRequest("/hello"));
  CHECK(first.Read().status == 200);
}

TEST_CASE_METHOD(ServerFixture, "a request to upgrade is served as it is", "[http]") {
  Start();
  const auto answer = Exchange(port, GetRequest("/hello", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
  CHECK(answer.status == 200);
  CHECK(answer.Header("Connection") == "close");
}

TEST_CASE_METHOD(ServerFixture, "a proxy's absolute target is understood", "[http]") {
  Start();
  CHECK(Exchange(port, GetRequest("http://shop.example/hello?x")).body == "hello x\n");
  CHECK(Exchange(port, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n").status == 400);
}

TEST_CASE_METHOD(ServerFixture, "a client that resets its connection harms nobody", "[http]") {
  Start();
  for (int i = 0; i < 50; ++i) {
    RawHttp client(port);
    client.Send("GET /he");
    client.Close();
  }
  CHECK(Exchange(port, GetRequest("/hello")).status == 200);
}

TEST_CASE_METHOD(ServerFixture, "random bytes never end the server", "[http]") {
  options.read_timeout = std::chrono::milliseconds(200);
  Start();
  std::minstd_rand random(7);
  for (int i = 0; i < 60; ++i) {
    // A request of which one byte is another: most of them are nearly right.
    std::string bytes = PostRequest("/echo", "a=1&b=2", "Cookie: shop_session-id=x\r\n");
    for (int k = 0; k <= i % 4; ++k) bytes[random() % bytes.size()] = static_cast<char>(random());
    RawHttp client(port);
    client.Send(bytes);
    client.Read();
  }
  CHECK(Exchange(port, GetRequest("/hello")).status == 200);
}

}  // namespace
}  // namespace boutique::http
