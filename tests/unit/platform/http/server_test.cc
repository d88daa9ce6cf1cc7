// SPDX-License-Identifier: Apache-2.0
#include "platform/http/server.h"

#include <prometheus/text_serializer.h>

#include <thread>

#include "server_fixture.h"

namespace boutique::http {
namespace {

using boutique::testing::Exchange;
using boutique::testing::GetRequest;
using boutique::testing::PostRequest;
using boutique::testing::RawHttp;

TEST_CASE_METHOD(ServerFixture, "a request is answered by its handler", "[http]") {
  Start();
  const auto answer = Exchange(port, GetRequest("/hello?a=1"));
  CHECK(answer.status == 200);
  CHECK(answer.body == "hello a=1\n");
  CHECK(answer.Header("Content-Type") == "text/plain; charset=utf-8");
  CHECK_FALSE(answer.Header("Date").empty());
  CHECK(Exchange(port, GetRequest("/product/a%20b")).body == "a b\n");
  CHECK(Exchange(port, PostRequest("/echo", "some bytes")).body == "some bytes");
}

TEST_CASE_METHOD(ServerFixture, "a connection serves one request after the other", "[http]") {
  Start();
  RawHttp client(port);
  for (int i = 0; i < 5; ++i) {
    REQUIRE(client.Send(GetRequest(absl::StrCat("/hello?", i))));
    const auto answer = client.Read();
    CHECK(answer.body == absl::StrCat("hello ", i, "\n"));
    CHECK(answer.Header("Connection") == "keep-alive");
  }
  client.Send(GetRequest("/hello", "Connection: close\r\n"));
  CHECK(client.Read().Header("Connection") == "close");
  CHECK(client.IsClosedByPeer());
}

TEST_CASE_METHOD(ServerFixture, "pipelined requests are answered in their order", "[http]") {
  Start();
  RawHttp client(port);
  std::string all;
  for (int i = 0; i < 20; ++i) all += GetRequest(absl::StrCat("/hello?", i));
  REQUIRE(client.Send(all));
  for (int i = 0; i < 20; ++i) CHECK(client.Read().body == absl::StrCat("hello ", i, "\n"));
}

TEST_CASE_METHOD(ServerFixture, "HEAD has the length of a body and none of it, 204 and 304 have neither", "[http]") {
  Start();
  RawHttp client(port);
  client.Send("HEAD /file HTTP/1.1\r\nHost: shop\r\n\r\n");
  auto answer = client.Read(true);
  CHECK(answer.status == 200);
  CHECK(answer.Header("Content-Length") == "24");
  client.Send(GetRequest("/file", "If-None-Match: \"x\"\r\n"));
  answer = client.Read();
  CHECK(answer.status == 304);
  CHECK(answer.Header("Content-Length").empty());
  CHECK(answer.Header("Connection") == "keep-alive");
  CHECK(answer.head.find("Set-Cookie: b=2") != std::string::npos);
  client.Send(GetRequest("/nothing"));
  answer = client.Read();
  CHECK(answer.status == 204);
  CHECK(answer.Header("Content-Length").empty());
  CHECK_FALSE(answer.Header("Date").empty());
  // The connection is still in step: no byte of a body was sent.
  client.Send(GetRequest("/file"));
  answer = client.Read();
  CHECK(answer.body == "bytes that live for ever");
  CHECK(answer.head.find("Set-Cookie: a=1") != std::string::npos);
  CHECK(answer.head.find("Set-Cookie: b=2") != std::string::npos);
}

TEST_CASE_METHOD(ServerFixture, "an error of a handler is answered without its message", "[http]") {
  Start();
  const auto answer = Exchange(port, GetRequest("/fails"));
  CHECK(answer.status == 503);
  CHECK(answer.body == "Service Unavailable\n");
}

TEST_CASE_METHOD(ServerFixture, "unknown paths and methods are refused", "[http]") {
  Start();
  CHECK(Exchange(port, GetRequest("/nowhere")).status == 404);
  const auto answer = Exchange(port, "DELETE /echo HTTP/1.1\r\nHost: shop\r\n\r\n");
  CHECK(answer.status == 405);
  CHECK(answer.Header("Allow") == "POST");
  CHECK(Exchange(port, GetRequest("/static/../../etc/passwd")).status == 400);
}

TEST_CASE_METHOD(ServerFixture, "refusals can be made one's own", "[http]") {
  options.refuse = [](const Request& request, int status) {
    return PlainText(status, absl::StrCat("no ", request.path));
  };
  Start();
  CHECK(Exchange(port, GetRequest("/nowhere")).body == "no /nowhere\n");
  CHECK(Exchange(port, GetRequest("/fails")).body == "no /fails\n");
}

TEST_CASE_METHOD(ServerFixture, "a second server on the port says which", "[http]") {
  Start();
  ServerOptions same = options;
  same.port = port;
  Server second(same, router, metrics);
  const auto bound = second.Start();
  CHECK_CODE(bound, kUnavailable);
  CHECK(bound.status().message() == absl::StrCat("cannot listen on 127.0.0.1:", port, ": Address already in use"));
}

TEST_CASE_METHOD(ServerFixture, "a host that is not this machine's stops the start", "[http]") {
  options.host = "no such host";
  Server bad(options, router, metrics);
  CHECK_CODE(bad.Start(), kInvalidArgument);
}

TEST_CASE_METHOD(ServerFixture, "IPv6 is served", "[http]") {
  options.host = "[::1]";
  Server v6(options, router, metrics);
  const auto bound = v6.Start();
  // A machine without IPv6 refuses properly.
  if (!bound.ok()) CHECK_CODE(bound, kUnavailable);
}

TEST_CASE_METHOD(ServerFixture, "a request is cancelled when its client goes", "[http]") {
  Start();
  {
    RawHttp client(port);
    client.Send(GetRequest("/slow"));
    entered.acquire();
  }
  CHECK(cancelled.try_acquire_for(std::chrono::seconds(10)));
}

TEST_CASE_METHOD(ServerFixture, "the gateway's clock gives each request its deadline", "[http]") {
  options.deadline = std::chrono::milliseconds(50);
  Start();
  CHECK(Exchange(port, GetRequest("/slow")).body == "slept\n");
}

TEST_CASE_METHOD(ServerFixture, "more requests than allowed at once get 503 and a time to come back", "[http]") {
  options.most_requests = 1;
  Start();
  RawHttp first(port);
  first.Send(GetRequest("/slow"));
  entered.acquire();
  const auto answer = Exchange(port, GetRequest("/hello"));
  CHECK(answer.status == 503);
  CHECK(answer.Header("Retry-After") == "1");
  first.Close();
  cancelled.acquire();
  // The place is free again, at the latest when the answer to nobody has been made.
  int status = 503;
  for (int i = 0; i < 1000 && status == 503; ++i) status = Exchange(port, GetRequest("/hello")).status;
  CHECK(status == 200);
}

TEST_CASE_METHOD(ServerFixture, "draining answers what was accepted and closes", "[http]") {
  options.deadline = std::chrono::milliseconds(300);
  Start();
  RawHttp slow(port);
  RawHttp idle(port);
  idle.Send(GetRequest("/hello"));
  CHECK(idle.Read().Header("Connection") == "keep-alive");
  slow.Send(GetRequest("/slow"));
  entered.acquire();
  std::thread drain([&] { server->Drain(std::chrono::seconds(10)); });
  const auto answer = slow.Read();
  drain.join();
  CHECK(answer.body == "slept\n");
  CHECK(answer.Header("Connection") == "close");
  CHECK(slow.IsClosedByPeer());
  CHECK(idle.IsClosedByPeer());
  CHECK_FALSE(RawHttp(port).connected());
}

TEST_CASE_METHOD(ServerFixture, "draining ends at the grace, and cancels what still runs", "[http]") {
  options.deadline = std::chrono::seconds(60);
  Start();
  RawHttp slow(port);
  slow.Send(GetRequest("/slow"));
  entered.acquire();
  const auto start = std::chrono::steady_clock::now();
  server->Drain(std::chrono::milliseconds(50));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  CHECK(cancelled.try_acquire());
}

TEST_CASE_METHOD(ServerFixture, "a request that comes when draining is over is refused, not begun", "[http]") {
  options.deadline = std::chrono::seconds(60);
  Start();
  RawHttp stubborn(port);
  RawHttp late(port);
  late.Send(GetRequest("/hello"));
  CHECK(late.Read().status == 200);
  stubborn.Send(GetRequest("/stubborn"));
  entered.acquire();
  std::thread drain([&] { server->Drain(std::chrono::milliseconds(1)); });
  cancelled.acquire();
  late.Send(GetRequest("/hello"));
  const auto answer = late.Read();
  proceed.release();
  drain.join();
  CHECK(answer.status == 503);
  CHECK(answer.Header("Connection") == "close");
  CHECK(stubborn.Read().body == "cancelled\n");
}

TEST_CASE_METHOD(ServerFixture, "requests are counted by method, route and code", "[http]") {
  Start();
  Exchange(port, GetRequest("/product/a"));
  Exchange(port, GetRequest("/product/b"));
  Exchange(port, GetRequest("/nowhere-1"));
  Exchange(port, GetRequest("/nowhere-2"));
  Exchange(port, "PROPFIND /hello HTTP/1.1\r\nHost: shop\r\n\r\n");
  const std::string text = prometheus::TextSerializer().Serialize(metrics.registry()->Collect());
  INFO(text);
  const auto has = [&](const char* line) { return text.find(line) != std::string::npos; };
  CHECK(has("http_requests_total{code=\"200\",method=\"GET\",route=\"/product/:id\"} 2"));
  CHECK(has("http_requests_total{code=\"404\",method=\"GET\",route=\"\"} 2"));
  CHECK(has("http_requests_total{code=\"405\",method=\"other\",route=\"/hello\"} 1"));
  CHECK(has("http_request_duration_seconds_count{method=\"GET\",route=\"/product/:id\"} 2"));
}

TEST_CASE_METHOD(ServerFixture, "many clients at once are all answered", "[http]") {
  Start();
  std::atomic<int> answered{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < 8; ++c) {
    clients.emplace_back([&] {
      RawHttp client(port);
      for (int i = 0; i < 100; ++i) {
        client.Send(GetRequest("/hello"));
        if (client.Read().status == 200) ++answered;
      }
    });
  }
  for (auto& client : clients) client.join();
  CHECK(answered == 800);
}

}  // namespace
}  // namespace boutique::http
