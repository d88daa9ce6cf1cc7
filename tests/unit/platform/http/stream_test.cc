// SPDX-License-Identifier: Apache-2.0
#include <prometheus/text_serializer.h>

#include <atomic>
#include <thread>

#include "server_fixture.h"
#include "support/eventually.h"

namespace boutique::http {
namespace {

using boutique::testing::Eventually;
using boutique::testing::Exchange;
using boutique::testing::GetRequest;
using boutique::testing::RawHttp;

// A server with bodies that stream.
struct Streaming : ServerFixture {
  Streaming() {
    options.deadline = std::chrono::seconds(60);
    AddStream("/count", [](const rpc::CallContext&, BodyWriter& body) -> coro::Task<void> {
      for (const char* piece : {"one", "two", "three"}) {
        const bool goes_on = co_await body.Write(piece);
        if (!goes_on) co_return;
      }
    });
    // One piece, and another each time that the test lets it, until it is cancelled.
    AddStream("/live", [this](const rpc::CallContext& call, BodyWriter& body) -> coro::Task<void> {
      for (int i = 0;; ++i) {
        const bool goes_on = co_await body.Write(absl::StrCat("piece ", i));
        if (!goes_on) break;
        while (!call.cancelled.stop_requested() && !next.try_acquire()) {
          co_await rpc::Sleep(call, std::chrono::milliseconds(1));
        }
      }
      ended.release();
    });
    // As much as the client takes, or does not.
    AddStream("/flood", [this](const rpc::CallContext&, BodyWriter& body) -> coro::Task<void> {
      for (;;) {
        const bool goes_on = co_await body.Write(std::string(kFlood, 'x'));
        if (!goes_on) break;
        ++taken;
      }
      ended.release();
    });
  }
  ~Streaming() { server.reset(); }

  void AddStream(absl::string_view path, BodyStream body) {
    router.Add("GET", path, [body](const rpc::CallContext&, const Request&) -> rpc::Reply<Response> {
      Response response;
      response.Add("Content-Type", "text/plain");
      response.stream = body;
      co_return response;
    });
  }
  // A client that has the first piece of /live.
  void Follow(RawHttp& client) {
    client.Send(GetRequest("/live"));
    CHECK(client.Read(true).status == 200);
    CHECK(client.ReadChunk() == "piece 0");
  }
  // Until the flood stands still: then the client's and the server's buffers are full.
  int AwaitStandstill() {
    int last = -1;
    CHECK(Eventually([&] {
      const bool stands = taken > 0 && taken == last;
      last = taken;
      std::binary_semaphore never(0);
      (void)never.try_acquire_for(std::chrono::milliseconds(stands ? 0 : 100));
      return stands;
    }));
    return taken;
  }
  std::string Metrics() const { return prometheus::TextSerializer().Serialize(metrics.registry()->Collect()); }
  bool Shows(absl::string_view line) const { return Metrics().find(std::string(line)) != std::string::npos; }

  static constexpr std::size_t kFlood = 256 * 1024;
  std::counting_semaphore<64> next{0};
  std::counting_semaphore<64> ended{0};
  std::atomic<int> taken{0};
};

TEST_CASE_METHOD(Streaming, "a streamed body comes in chunks, and the connection serves on", "[stream]") {
  Start();
  RawHttp client(port);
  for (int i = 0; i < 3; ++i) {
    client.Send(GetRequest("/count"));
    const auto head = client.Read(true);
    CHECK(head.status == 200);
    CHECK(head.Header("Transfer-Encoding") == "chunked");
    CHECK(head.Header("Content-Length").empty());
    CHECK(head.Header("Connection") == "keep-alive");
    CHECK(client.ReadChunk() == "one");
    CHECK(client.ReadChunk() == "two");
    CHECK(client.ReadChunk() == "three");
    CHECK(client.ReadChunk().empty());
    client.Send(GetRequest("/hello?after"));
    CHECK(client.Read().body == "hello after\n");
  }
}

TEST_CASE_METHOD(Streaming, "each piece is on its way before the next is made", "[stream]") {
  Start();
  RawHttp client(port);
  Follow(client);
  for (int i = 1; i < 5; ++i) {
    next.release();
    CHECK(client.ReadChunk() == absl::StrCat("piece ", i));
  }
}

TEST_CASE_METHOD(Streaming, "a client that closes after the answer gets it without chunks", "[stream]") {
  Start();
  const auto read = [this](absl::string_view request) {
    RawHttp client(port);
    client.Send(request);
    CHECK(client.Read(true).Header("Transfer-Encoding").empty());
    return client.ReadToEnd();
  };
  CHECK(read(GetRequest("/count", "Connection: close\r\n")) == "onetwothree");
  CHECK(read("GET /count HTTP/1.0\r\n\r\n") == "onetwothree");
}

TEST_CASE_METHOD(Streaming, "HEAD streams nothing, and a pipelined request waits for the stream's end", "[stream]") {
  Start();
  RawHttp client(port);
  client.Send("HEAD /live HTTP/1.1\r\nHost: shop\r\n\r\n" + GetRequest("/count") + GetRequest("/hello?last"));
  CHECK(client.Read(true).status == 200);
  CHECK(client.Read(true).status == 200);
  for (const char* piece : {"one", "two", "three", ""}) CHECK(client.ReadChunk() == piece);
  CHECK(client.Read().body == "hello last\n");
}

TEST_CASE_METHOD(Streaming, "a stream ends when its client goes", "[stream]") {
  Start();
  {
    RawHttp client(port);
    Follow(client);
    CHECK(Shows("http_streams 1"));
  }
  CHECK(ended.try_acquire_for(std::chrono::seconds(10)));
  CHECK(Eventually([this] { return Shows("http_streams 0"); }));
}

TEST_CASE_METHOD(Streaming, "a stream outlives the requests' deadline and takes none of their places", "[stream]") {
  options.deadline = std::chrono::milliseconds(50);
  options.most_requests = 1;
  Start();
  RawHttp first(port);
  Follow(first);
  {
    RawHttp second(port);
    Follow(second);
    CHECK(Exchange(port, GetRequest("/slow")).body == "slept\n");  // longer than the deadline of all
    CHECK(Shows("http_requests_total{code=\"200\",method=\"GET\",route=\"/live\"} 2"));
    CHECK(Shows("http_streams 2"));
  }
  ended.acquire();
  next.release();
  CHECK(first.ReadChunk() == "piece 1");
}

TEST_CASE_METHOD(Streaming, "draining ends streams at once and in good order", "[stream]") {
  Start();
  RawHttp keeps(port);
  RawHttp closes(port);
  Follow(keeps);
  closes.Send(GetRequest("/live", "Connection: close\r\n"));
  CHECK(closes.Read(true).status == 200);
  const auto start = std::chrono::steady_clock::now();
  server->Drain(std::chrono::seconds(60));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  CHECK(ended.try_acquire());
  CHECK(ended.try_acquire());
  CHECK(keeps.ReadToEnd() == "0\r\n\r\n");
  CHECK(closes.ReadToEnd() == "piece 0");
}

TEST_CASE_METHOD(Streaming, "a client that reads nothing makes the body wait, and holds up no draining", "[stream]") {
  Start();
  RawHttp client(port);
  client.Send(GetRequest("/flood"));
  const int stands_at = AwaitStandstill();
  CHECK(stands_at < 128);  // 32 MiB: what sockets buffer
  const auto start = std::chrono::steady_clock::now();
  server->Drain(std::chrono::seconds(60));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  CHECK(ended.try_acquire());
}

TEST_CASE_METHOD(Streaming, "a client that reads nothing for too long is given up", "[stream]") {
  options.write_timeout = std::chrono::milliseconds(100);
  options.read_timeout = std::chrono::milliseconds(400);
  Start();
  RawHttp client(port);
  client.Send(GetRequest("/flood"));
  CHECK(ended.try_acquire_for(std::chrono::seconds(10)));
}

TEST_CASE_METHOD(Streaming, "many streams begin and end while others drain", "[stream]") {
  Start();
  std::atomic<bool> stop{false};
  std::atomic<int> served{0};
  std::vector<std::thread> clients;
  for (int c = 0; c < 6; ++c) {
    clients.emplace_back([&, c] {
      while (!stop) {
        RawHttp client(port);
        if (!client.connected()) continue;
        client.Send(GetRequest(c % 2 == 0 ? "/count" : "/live"));
        if (client.Read(true).status == 200 && !client.ReadChunk().empty()) ++served;
        if (c % 2 == 0) client.ReadChunk();
      }
    });
  }
  CHECK(Eventually([&] { return served >= 200; }));
  const auto start = std::chrono::steady_clock::now();
  server->Drain(std::chrono::seconds(60));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(10));
  stop = true;
  for (auto& client : clients) client.join();
  INFO(Metrics());
  CHECK(Shows("http_streams 0"));
  CHECK(Shows("http_requests_in_flight 0"));
}

}  // namespace
}  // namespace boutique::http
