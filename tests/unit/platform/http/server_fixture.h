// SPDX-License-Identifier: Apache-2.0
// A server of HTTP on a free port, and the routes of a small shop.
// Belongs to one test.
#pragma once

#include <atomic>
#include <memory>
#include <semaphore>

#include "absl/strings/str_cat.h"
#include "platform/http/router.h"
#include "platform/http/server.h"
#include "platform/rpc/loop.h"
#include "platform/rpc/sleep.h"
#include "support/catch.h"
#include "support/raw_http.h"

namespace boutique::http {

class ServerFixture {
 public:
  ServerFixture() {
    for (auto& loop : loops) {
      loop = std::make_unique<rpc::Loop>();
      loop->Start();
      options.loops.push_back(loop.get());
    }
    options.port = 0;
    AddRoutes();
  }
  ~ServerFixture() {
    server.reset();
    for (auto& loop : loops) loop->Stop();
  }

  // Starts with `options` as they are.
  void Start() {
    server = std::make_unique<Server>(options, router, metrics);
    const auto bound = server->Start();
    REQUIRE_OK(bound);
    port = *bound;
  }

  std::unique_ptr<rpc::Loop> loops[2];
  telemetry::Metrics metrics;
  Router router;
  ServerOptions options;
  std::unique_ptr<Server> server;
  int port = 0;
  std::counting_semaphore<64> entered{0};    // by each request of /slow
  std::counting_semaphore<64> cancelled{0};  // by each that was cancelled
  std::counting_semaphore<64> proceed{0};    // what /stubborn waits for after that

 private:
  void AddRoutes() {
    router.Add("GET", "/hello", [](const rpc::CallContext& call, const Request& request) -> rpc::Reply<Response> {
      co_return PlainText(call.loop->IsCurrent() ? 200 : 500, absl::StrCat("hello ", request.query));
    });
    router.Add("GET", "/product/:id", [](const rpc::CallContext&, const Request& request) -> rpc::Reply<Response> {
      co_return PlainText(200, request.Param("id"));
    });
    router.Add("POST", "/echo", [](const rpc::CallContext&, const Request& request) -> rpc::Reply<Response> {
      co_return Answer(200, "application/octet-stream", request.body);
    });
    router.Add("GET", "/file", [](const rpc::CallContext&, const Request& request) -> rpc::Reply<Response> {
      Response response;
      response.status = request.HeaderOf("if-none-match").empty() ? 200 : 304;
      response.static_body = "bytes that live for ever";
      response.Add("Set-Cookie", "a=1").Add("Set-Cookie", "b=2");
      co_return response;
    });
    router.Add("GET", "/fails", [](const rpc::CallContext&, const Request&) -> rpc::Reply<Response> {
      co_return absl::UnavailableError("10.0.0.7:7070 is away");
    });
    router.Add("GET", "/nothing", [](const rpc::CallContext&, const Request&) -> rpc::Reply<Response> {
      Response response;
      response.status = 204;
      co_return response;
    });
    router.Add("GET", "/stubborn", [this](const rpc::CallContext& call, const Request&) -> rpc::Reply<Response> {
      auto slow = co_await Slow(call);
      // Its loop does nothing else in this test.
      proceed.acquire();
      co_return std::move(slow);
    });
    router.Add("GET", "/slow", [this](const rpc::CallContext& call, const Request&) -> rpc::Reply<Response> {
      return Slow(call);
    });
  }
  // Until it is cancelled or its deadline comes.
  rpc::Reply<Response> Slow(const rpc::CallContext& call) {
    entered.release();
    const bool elapsed = co_await rpc::Sleep(call, call.Left());
    if (!elapsed) cancelled.release();
    co_return PlainText(200, elapsed ? "slept" : "cancelled");
  }
};

}  // namespace boutique::http
