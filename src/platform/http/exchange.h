// SPDX-License-Identifier: Apache-2.0
// One request on its way: from the I/O thread to its loop, and the answer back.
// Threads: made and freed on the connection's I/O thread; its handler runs on its loop in between.
#pragma once

#include <chrono>
#include <stop_token>

#include "platform/http/message.h"
#include "platform/http/restinio_traits.h"
#include "platform/http/server.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/loop.h"

namespace boutique::http::internal {

struct Exchange;

// Takes an exchange back when its handler has ended. Called on the loop.
class ExchangeOwner {
 public:
  virtual void Ended(Exchange* exchange) = 0;

 protected:
  ~ExchangeOwner() = default;
};

struct Exchange final : rpc::Posted {
  // Runs the handler, on the loop.
  void Run() override;
  // The same where there is a guard.
  rpc::Reply<Response> RunGuarded();

  ExchangeOwner* owner = nullptr;
  const ServerOptions* options = nullptr;
  restinio::request_handle_t handle;  // touched on the I/O thread only
  restinio::connection_id_t connection = 0;
  bool keep_alive = true;
  std::chrono::steady_clock::time_point start;
  std::chrono::system_clock::time_point arrived;
  Request request;
  rpc::CallContext call;
  std::stop_source stop;
  absl::string_view pattern;  // of the route; lives as long as the router
  const Handler* handler = nullptr;
  int refused = 0;  // the status of a guarded request without a handler
  Response response;
};

// Reads what RESTinio has parsed.
Request ReadRequest(const restinio::request_t& raw);
// Sends the response; `written` is called once, whatever becomes of it. On the I/O thread.
void SendResponse(Exchange& exchange, bool close, restinio::write_status_cb_t written);
// What is answered by this status in place of a handler.
Response Refusal(const ServerOptions& options, const Request& request, int status);
// The status by which a request is refused unheard, 0 if it is fit to be served.
int CheckRequest(const restinio::request_t& raw, const Request& request, const ServerOptions& options);

}  // namespace boutique::http::internal
