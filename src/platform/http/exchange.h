// SPDX-License-Identifier: Apache-2.0
// One request on its way: from the I/O thread to its loop, and the answer back.
// Threads: made and freed on the connection's I/O thread; its handler runs on its loop in between.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "platform/http/body_writer.h"
#include "platform/http/message.h"
#include "platform/http/restinio_traits.h"
#include "platform/http/server.h"
#include "platform/http/streamed_response.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/loop.h"

namespace boutique::http::internal {

struct Exchange;

// Takes an exchange back when its handler has ended, and sends what it streams. Called on the loop.
class ExchangeOwner {
 public:
  virtual void Ended(Exchange* exchange) = 0;
  // The handler has answered a body that is to be streamed: the head is to be sent.
  virtual void StreamBegins(Exchange* exchange) = 0;
  virtual void SendPiece(Exchange* exchange, std::string bytes, std::function<void(bool taken)> sent) = 0;
  virtual void StreamEnded(Exchange* exchange) = 0;

 protected:
  ~ExchangeOwner() = default;
};

struct Exchange final : rpc::Posted {
  // Runs the handler, on the loop.
  void Run() override;
  // The same where there is a guard.
  rpc::Reply<Response> RunGuarded();
  // Whether the response's body is to be streamed.
  bool IsStream() const { return response.stream && !request.IsHead(); }

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

  // What streams: the body and its writer belong to the loop, what sends them to the I/O thread.
  BodyStream body;
  rpc::CallContext body_call;
  std::optional<BodyWriter> writer;
  std::optional<restinio::response_builder_t<Streamed>> streamed;

 private:
  void RunBody();
};

// Reads what RESTinio has parsed.
Request ReadRequest(const restinio::request_t& raw);
// Sends the response; `written` is called once, whatever becomes of it. On the I/O thread.
void SendResponse(Exchange& exchange, bool close, restinio::write_status_cb_t written);
// Begins a streamed response, on the I/O thread.
void SendHead(Exchange& exchange, bool close);
// What is answered by this status in place of a handler.
Response Refusal(const ServerOptions& options, const Request& request, int status);
// The status by which a request is refused unheard, 0 if it is fit to be served.
int CheckRequest(const restinio::request_t& raw, const Request& request, const ServerOptions& options);

}  // namespace boutique::http::internal
