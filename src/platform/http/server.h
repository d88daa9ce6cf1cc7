// SPDX-License-Identifier: Apache-2.0
// An HTTP/1.1 server whose handlers are coroutines on the process's loops. A handler may stream its answer's body:
// Response::stream. Streams do not count among the requests at once, and http_request_duration_seconds is the time until
// their first byte.
// Threads: start, drain and stop from one thread; handlers run on the loops, the hooks on any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "platform/http/message.h"
#include "platform/http/router.h"
#include "platform/rpc/loop.h"
#include "platform/telemetry/metrics.h"
#include "platform/telemetry/span.h"

namespace boutique::http {

struct ServerOptions {
  std::string host = "127.0.0.1";  // a name or an IP address
  int port = 8080;                 // 0 takes any free one
  // Requests are spread over these; each has an I/O thread of its own beside it. They outlive the server.
  std::vector<rpc::Loop*> loops;

  std::chrono::nanoseconds deadline = std::chrono::seconds(10);  // of each request, from its arrival
  std::size_t most_body = 64 * 1024;                             // bytes; more is 413
  std::size_t most_header = 16 * 1024;                           // bytes of target and headers; more is 431
  int most_requests = 1024;                                      // at once; more are 503
  int most_connections = 4096;  // at once, and half of the files that the process may open; more are closed at once
  std::size_t most_pipelined = 8;                                // requests of a connection at once
  // A request must have arrived whole this long after the last answer: neither slow nor idle clients stay for ever.
  std::chrono::milliseconds read_timeout = std::chrono::seconds(20);
  std::chrono::milliseconds write_timeout = std::chrono::seconds(20);  // for one answer to be taken
  // While draining, how long idle connections are kept for a last request, which is answered with Connection: close.
  std::chrono::milliseconds linger = std::chrono::milliseconds(500);

  // Looks at each request first, whether or not there is a handler for it, and may answer it; unset: it goes on, as the
  // guard has left it. Runs on the request's loop. Only what is refused unheard does not come by it: 413, 431, 503, and 400
  // for a request without its host.
  std::function<rpc::Reply<std::optional<Response>>(const rpc::CallContext& call, Request& request)> guard;
  // Answers a request that reaches no handler (400, 404, 405, 413, 431, 503). Called on any thread; must not block. Plain
  // text if it is not set. Allow and Retry-After are added by the server.
  std::function<Response(const Request& request, int status)> refuse;
  // Where spans of requests go; null: nowhere.
  telemetry::SpanSink* spans = nullptr;
};

class Server {
 public:
  // What is given outlives the server.
  Server(ServerOptions options, const Router& router, telemetry::Metrics& metrics);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Stops, without a grace, if it runs.
  ~Server();

  // Listens and serves; the bound port. The port is exclusive: UNAVAILABLE, in one line that names it, if it is taken;
  // INVALID_ARGUMENT for a host that is none of this machine's.
  absl::StatusOr<int> Start();

  // Accepts no more connections, ends what streams at once, answers what arrives on the others with Connection: close, and blocks until everything
  // that was accepted is answered. After `grace` the requests that still run are cancelled; they are awaited all the
  // same, while further ones get 503. Then the connections are closed. Not on a loop's thread.
  void Drain(std::chrono::nanoseconds grace);

 private:
  class Running;
  std::unique_ptr<Running> running_;
};

}  // namespace boutique::http
