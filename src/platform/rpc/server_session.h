// SPDX-License-Identifier: Apache-2.0
// One call that a server answers, from arrival to the end: the part that is the same for every method.
// Threads: lives on one loop.
#pragma once

#include <grpcpp/server_context.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/status.h"
#include "platform/coro/task_scope.h"
#include "platform/rpc/admission.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/farewell.h"
#include "platform/rpc/loop.h"
#include "platform/telemetry/metrics.h"
#include "platform/telemetry/span.h"

namespace boutique::rpc {

// What a server is like. Set before it starts.
struct ServerOptions {
  unsigned loops = 1;
  std::chrono::nanoseconds default_deadline = std::chrono::seconds(15);  // of calls that come without one
  std::chrono::nanoseconds longest_deadline = std::chrono::seconds(60);  // of all calls
  int least_admitted = 64;                                               // calls at once on one loop, see Admission
  int most_admitted = 2048;
  // A connection as old as this, give or take a tenth, takes no further calls and ends with its last one: clients that
  // balance by themselves find new peers by that. 0: connections last.
  std::chrono::nanoseconds max_connection_age{0};
  telemetry::SpanSink* spans = nullptr;  // null: no spans
  bool reflection = false;               // serve gRPC reflection, by which grpcurl finds methods
};

namespace internal {

struct ServedLoop {
  ServedLoop(std::unique_ptr<grpc::CompletionQueue> queue, const ServerOptions& options)
      : loop(std::move(queue)), admission(options.least_admitted, options.most_admitted) {}
  Loop loop;
  Admission admission;
  std::stop_source draining;  // asked to stop, on the loop, when the server drains: streams end then
  std::stop_source expired;   // asked to stop, on the loop, when the grace of a server without a port is over
  bool is_in_process = false;  // of a server without a port
  bool is_closed = false;      // refuses what still arrives
  Farewell* farewell = nullptr;  // of a server with a port that drains
};

// A bound method of a server; lives as long as the server.
struct ServedMethod {
  std::string service;
  std::string name;
  int index = 0;  // among the methods of its service
  std::unique_ptr<telemetry::MethodMetrics> metrics;
  const ServerOptions* options = nullptr;
  coro::TaskScope* calls = nullptr;
  // Streams live as long as their caller likes: they have no default deadline and do not count for admission.
  bool is_stream = false;
  // Answers however busy the server is.
  bool always_admitted = false;
};

class ServerSession {
 protected:
  ServerSession(ServedMethod& method, ServedLoop& loop) : method_(method), loop_(loop) {}
  virtual ~ServerSession() = default;

  virtual void ArmNext() = 0;                             // a session for the next call
  virtual void Invoke() = 0;                              // starts the handler, which ends in Answered
  virtual void SendError(const grpc::Status& status) = 0;  // ends the call without the handler

  // Notes how the call ended; the answer is on its way.
  void Answered(const absl::Status& status);
  // Whether the answer has to await its turn before it is sent, because the server drains.
  bool MustAwaitTurn();
  coro::Task<void> AwaitTurn() { return Farewell::AwaitTurn(*connection_, call_); }
  // Ends the call without the handler.
  void Refuse(const absl::Status& status);
  // For bytes that are no message, or hold text that is not UTF-8.
  static absl::Status NotAMessage();
  // For a stream: it is cancelled when the server drains.
  void EndWhenDraining();
  // UNAVAILABLE if the server drains: what a stream ends with.
  absl::Status DrainedOr(absl::Status status) const;

  struct Arrived final : Event {
    explicit Arrived(ServerSession& session) : session(session) {}
    void Fire(bool ok) override { session.OnArrived(ok); }
    ServerSession& session;
  };
  struct Done final : Event {
    explicit Done(ServerSession& session) : session(session) {}
    void Fire(bool) override { session.OnDone(); }
    ServerSession& session;
  };
  struct Sent final : Event {
    explicit Sent(ServerSession& session) : session(session) {}
    void Fire(bool) override { session.OnSent(); }
    ServerSession& session;
  };

  ServedMethod& method_;
  ServedLoop& loop_;
  grpc::ServerContext context_;
  CallContext call_;
  Arrived arrived_{*this};
  Done done_{*this};
  Sent sent_{*this};

 private:
  void OnArrived(bool ok);
  void OnDone();
  void OnSent();
  void Release();

  struct RequestStop {
    std::stop_source* stop;
    void operator()() const { stop->request_stop(); }
  };

  std::stop_source stop_;
  std::optional<std::stop_callback<RequestStop>> on_drain_;
  std::optional<std::stop_callback<RequestStop>> on_expiry_;
  std::chrono::steady_clock::time_point start_;
  std::optional<std::chrono::system_clock::time_point> span_start_;
  Farewell::Connection* connection_ = nullptr;  // of an answer that awaited its turn
  bool admitted_ = false;
  int pending_ = 2;  // the answer being sent, and the end of the call
};

}  // namespace internal
}  // namespace boutique::rpc
