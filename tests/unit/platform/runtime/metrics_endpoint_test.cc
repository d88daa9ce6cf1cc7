// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/metrics_endpoint.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <thread>
#include <vector>

#include "support/catch.h"
#include "support/eventually.h"
#include "support/prometheus_text.h"
#include "support/raw_http.h"

namespace boutique::runtime {
namespace {

using testing::Exchange;
using testing::GetRequest;
using testing::RawHttp;

struct Served {
  Served() { REQUIRE_OK(endpoint.Start("127.0.0.1", 0, metrics)); }
  telemetry::Metrics metrics;
  MetricsEndpoint endpoint;
};

TEST_CASE_METHOD(Served, "metrics are served in the Prometheus text format", "[metrics_endpoint]") {
  metrics.Counter("orders_total", "Orders.").Increment(3);
  const auto answer = Exchange(endpoint.port(), GetRequest("/metrics"));
  CHECK(answer.status == 200);
  CHECK(answer.Header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  const auto text = testing::ReadPrometheusText(answer.body);
  CHECK(text.malformed.value_or("") == "");
  CHECK(text["orders_total"] == 3);
  CHECK(text["process_open_fds"] > 0);
  CHECK(text["process_resident_memory_bytes"] > 0);
}

TEST_CASE_METHOD(Served, "a query does not hide the metrics", "[metrics_endpoint]") {
  CHECK(Exchange(endpoint.port(), GetRequest("/metrics?format=text")).status == 200);
}

TEST_CASE_METHOD(Served, "elsewhere there is nothing", "[metrics_endpoint]") {
  for (const char* path : {"/", "/metrics/", "/metric", "/METRICS", "/../metrics", "/?/metrics"}) {
    const auto answer = Exchange(endpoint.port(), GetRequest(path));
    CHECK(answer.status == 404);
    CHECK(answer.body == "metrics are at /metrics\n");
  }
}

TEST_CASE_METHOD(Served, "metrics can only be read", "[metrics_endpoint]") {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
    const auto answer = Exchange(
        endpoint.port(), std::string(method) + " /metrics HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\n\r\nhi");
    CHECK(answer.status == 405);
    CHECK(answer.Header("Allow") == "GET, HEAD");
  }
}

TEST_CASE_METHOD(Served, "HEAD has the length but no body", "[metrics_endpoint]") {
  RawHttp client(endpoint.port());
  for (int i = 0; i < 2; ++i) {
    REQUIRE(client.Send("HEAD /metrics HTTP/1.1\r\nHost: shop\r\n\r\n"));
    const auto answer = client.Read(/*to_head=*/true);
    CHECK(answer.status == 200);
    CHECK(std::atoi(answer.Header("Content-Length").c_str()) > 100);
  }
  REQUIRE(client.Send(GetRequest("/metrics")));
  CHECK(client.Read().status == 200);
}

TEST_CASE_METHOD(Served, "a connection serves again and again, until the client wants no more", "[metrics_endpoint]") {
  RawHttp client(endpoint.port());
  for (int i = 0; i < 20; ++i) {
    REQUIRE(client.Send(GetRequest("/metrics")));
    CHECK(client.Read().status == 200);
  }
  REQUIRE(client.Send(GetRequest("/metrics") + GetRequest("/nothing")));
  CHECK(client.Read().status == 200);
  CHECK(client.Read().status == 404);
  REQUIRE(client.Send(GetRequest("/metrics", "Connection: close\r\n")));
  CHECK(client.Read().status == 200);
  CHECK(client.IsClosedByPeer());
  RawHttp old(endpoint.port());
  REQUIRE(old.Send("GET /metrics HTTP/1.0\r\n\r\n"));
  CHECK(old.Read().status == 200);
  CHECK(old.IsClosedByPeer());
}

TEST_CASE_METHOD(Served, "what is no request ends its own connection and nothing else", "[metrics_endpoint]") {
  RawHttp patient(endpoint.port());
  for (const std::string& bytes :
       {std::string("nonsense\r\n\r\n"), std::string("GET\r\n\r\n"), std::string("GET /metrics HTTP/9.9\r\n\r\n"),
        std::string("\0\0\0\0\0\0\0\0", 8) + std::string(100, '\xff'),
        std::string("GET /metrics HTTP/1.1\r\nbad header\r\n\r\n"),
        "GET /" + std::string(40'000, 'a') + " HTTP/1.1\r\n\r\n",
        "POST /metrics HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n" + std::string(40'000, 'a'),
        std::string("POST /metrics HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")}) {
    RawHttp client(endpoint.port());
    client.Send(bytes);
    CHECK(client.IsClosedByPeer());
  }
  REQUIRE(patient.Send(GetRequest("/metrics")));
  CHECK(patient.Read().status == 200);
}

TEST_CASE("stopping ends connections that are open, and is done at once", "[metrics_endpoint]") {
  telemetry::Metrics metrics;
  MetricsEndpoint endpoint;
  CHECK(endpoint.port() == 0);
  endpoint.Stop();
  REQUIRE_OK(endpoint.Start("127.0.0.1", 0, metrics));
  RawHttp idle(endpoint.port());
  RawHttp used(endpoint.port());
  REQUIRE(used.Send(GetRequest("/metrics")));
  CHECK(used.Read().status == 200);
  RawHttp halfway(endpoint.port());
  REQUIRE(halfway.Send("GET /metr"));
  endpoint.Stop();
  CHECK(idle.IsClosedByPeer());
  CHECK(used.IsClosedByPeer());
  CHECK(halfway.IsClosedByPeer());
  CHECK(endpoint.port() == 0);
}

TEST_CASE("a taken port and a bad address are told in one line", "[metrics_endpoint]") {
  telemetry::Metrics metrics;
  MetricsEndpoint first;
  REQUIRE_OK(first.Start("127.0.0.1", 0, metrics));
  MetricsEndpoint second;
  CHECK(second.Start("127.0.0.1", first.port(), metrics) ==
        absl::UnavailableError("cannot listen on 127.0.0.1:" + std::to_string(first.port()) +
                               ": Address already in use (METRICS_PORT)"));
  CHECK_CODE(second.Start("nowhere", 0, metrics), kUnavailable);
  CHECK(second.port() == 0);
}

TEST_CASE_METHOD(Served, "scrapes from several connections at once are all answered", "[metrics_endpoint]") {
  std::vector<std::thread> threads;
  std::atomic<int> answered{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 10; ++k) answered += Exchange(endpoint.port(), GetRequest("/metrics")).status == 200 ? 1 : 0;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(answered == 80);
}

// CPU time of this process, in seconds.
double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

TEST_CASE_METHOD(Served, "without files left it waits for one, without spinning, and then answers",
                 "[metrics_endpoint]") {
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  RawHttp client(endpoint.port());  // accepted: the endpoint has learnt of it before it runs out
  REQUIRE(client.Send(GetRequest("/metrics")));
  REQUIRE(client.Read().status == 200);
  std::vector<int> held;
  const rlimit few{.rlim_cur = 128, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);
  for (int fd = open("/dev/null", O_RDONLY); fd >= 0; fd = open("/dev/null", O_RDONLY)) held.push_back(fd);
  REQUIRE_FALSE(held.empty());
  close(held.back());
  held.pop_back();
  RawHttp late(endpoint.port());  // takes the last file: the endpoint cannot accept it
  REQUIRE(late.Send(GetRequest("/metrics")));
  const double cpu = CpuSeconds();
  const auto start = std::chrono::steady_clock::now();
  testing::Eventually([&] { return CpuSeconds() - cpu > 0.25; }, std::chrono::milliseconds(500));
  const double busy = CpuSeconds() - cpu;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  for (const int fd : held) close(fd);
  setrlimit(RLIMIT_NOFILE, &before);
  CHECK(busy < took.count() * 0.5);
  CHECK(late.Read().status == 200);
}

}  // namespace
}  // namespace boutique::runtime
