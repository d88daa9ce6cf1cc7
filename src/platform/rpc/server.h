// SPDX-License-Identifier: Apache-2.0
// A gRPC server whose unary methods are coroutines on completion queues.
// Threads: set up, start and shut down from one thread that drains no queue.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/async_stream.h>
#include <grpcpp/support/async_unary_call.h>

#include <chrono>
#include <coroutine>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "platform/coro/spawn.h"
#include "platform/coro/task_scope.h"
#include "platform/rpc/arrival.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/loop.h"
#include "platform/rpc/method_name.h"
#include "platform/rpc/server_session.h"
#include "platform/telemetry/metrics.h"

namespace boutique::rpc {

// Binds a generated Request function to the member function that answers it:
//   Method<&Async::RequestGetCart, &CartService::GetCart>{}
template <auto request, auto handler>
struct Method {};

// The same for a method that streams its response:
//   coro::Task<absl::Status> Watch(const CallContext&, const Request&, StreamWriter<Response>&)
// Its call has no deadline but the caller's, and is cancelled when the caller goes or the server drains; it then ends
// with UNAVAILABLE.
template <auto request, auto handler>
struct StreamMethod {};

// Where a streaming handler writes.
// Threads: on the call's loop only.
template <typename Response>
class StreamWriter final : Event {
 public:
  explicit StreamWriter(grpc::ServerAsyncWriter<Response>& writer) : writer_(writer) {}
  // Awaitable: `const bool sent = co_await writer.Write(message);` is false when the caller has gone. The message is
  // serialized before the call returns.
  StreamWriter& Write(const Response& message) {
    message_ = &message;
    return *this;
  }
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    awaiting_ = awaiting;
    writer_.Write(*message_, static_cast<Event*>(this));
  }
  bool await_resume() const noexcept { return sent_; }

 private:
  void Fire(bool ok) override {
    sent_ = ok;
    awaiting_.resume();
  }
  grpc::ServerAsyncWriter<Response>& writer_;
  const Response* message_ = nullptr;
  std::coroutine_handle<> awaiting_;
  bool sent_ = false;
};

class Server {
 public:
  // `metrics` outlives the server.
  Server(ServerOptions options, telemetry::Metrics& metrics);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Shuts down without grace if Shutdown was not called.
  ~Server();

  // Serves Service (a generated class such as hipstershop::CartService): one binding for each of its methods, a Method
  // or a StreamMethod. A handler is Reply<Response> Method(const CallContext&, const Request&), named as in the
  // contract; one whose answer exists already may be Reply<std::shared_ptr<const Response>>. Before Start.
  template <typename Service, typename Handler, typename... Bindings>
  void Add(Handler& handler, Bindings... bindings);
  // The same, for calls that are answered however busy the server is.
  template <typename Service, typename Handler, typename... Bindings>
  void AddAlwaysAdmitted(Handler& handler, Bindings... bindings);

  // Listens on `address`, "host:port" with port 0 for any free one, or nowhere if it is empty; then calls `connect`,
  // from which on in-process channels exist, and only then serves. The bound port, or 0; UNAVAILABLE that names the
  // address if it is taken or not ours. A port is never shared with another process.
  absl::StatusOr<int> Start(
      const std::string& address = {}, const std::function<void()>& connect = [] {});

  // Accepts no new calls, waits for the running ones as long as `grace`, then cancels them and waits until the last
  // handler has ended. No answer of a unary call is lost by it, unless its caller takes nothing for a second. (One may
  // be where ServerOptions::max_connection_age ends a connection: gRPC does that by itself.) A server without a port
  // accepts calls until no handler runs, because those who run may call it: drain it when nobody else does. The loops
  // run on. Blocks.
  void Drain(std::chrono::nanoseconds grace);
  // Drains, then stops the loops. Blocks.
  void Shutdown(std::chrono::nanoseconds grace);

  // A channel to this server without a socket. After Start has called `connect`.
  std::shared_ptr<grpc::Channel> InProcessChannel();
  // The loops, for work that belongs to this server's process.
  std::vector<Loop*> loops();

 private:
  template <typename Async, typename Handler, auto request, auto method>
  class Session;
  template <typename Async, typename Handler, auto request, auto method>
  class StreamSession;

  template <typename Async, typename Handler, auto request, auto method>
  void Bind(absl::string_view name, Async& service, Handler& handler, bool always_admitted, Method<request, method>);
  template <typename Async, typename Handler, auto request, auto method>
  void Bind(absl::string_view name, Async& service, Handler& handler, bool always_admitted,
            StreamMethod<request, method>);
  template <typename Service, typename Handler, typename... Bindings>
  void AddService(Handler& handler, bool always_admitted, Bindings... bindings);
  internal::ServedMethod& NewMethod(absl::string_view service, absl::string_view name);
  static void CheckBindings(absl::string_view service, const std::vector<std::string>& methods);
  void AwaitHandlers(std::chrono::nanoseconds grace);
  void TellLoops();

  const ServerOptions options_;
  telemetry::Metrics& metrics_;
  grpc::ServerBuilder builder_;
  coro::TaskScope calls_;
  std::deque<internal::ServedMethod> methods_;
  std::vector<std::shared_ptr<void>> services_;
  std::vector<std::function<void(internal::ServedLoop&)>> arm_;
  std::vector<std::unique_ptr<internal::ServedLoop>> loops_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
  std::unique_ptr<internal::Farewell> farewell_;  // of a server with a port that drains
  coro::TaskScope telling_;
  bool drained_ = false;
};

// ---- implementation ----

namespace internal {

template <typename Function>
struct RequestTraits;
template <typename Base, typename Request, typename Response>
struct RequestTraits<void (Base::*)(grpc::ServerContext*, Request*, grpc::ServerAsyncResponseWriter<Response>*,
                                    grpc::CompletionQueue*, grpc::ServerCompletionQueue*, void*)> {
  using RequestType = Request;
  using ResponseType = Response;
};
template <typename Base, typename Request, typename Response>
struct RequestTraits<void (Base::*)(grpc::ServerContext*, Request*, grpc::ServerAsyncWriter<Response>*,
                                    grpc::CompletionQueue*, grpc::ServerCompletionQueue*, void*)> {
  using RequestType = Request;
  using ResponseType = Response;
};

// What a handler answers: a message of its own, or one that it shares.
template <typename Response>
const Response& MessageOf(const Response& reply) {
  return reply;
}
template <typename Response>
const Response& MessageOf(const std::shared_ptr<const Response>& reply) {
  return *reply;
}

template <auto request, auto method>
std::string BoundName(Method<request, method>) {
  return NameOf<method>();
}
template <auto request, auto method>
std::string BoundName(StreamMethod<request, method>) {
  return NameOf<method>();
}

}  // namespace internal

template <typename Async, typename Handler, auto request, auto method>
class Server::Session final : public internal::ServerSession {
 public:
  using Traits = internal::RequestTraits<decltype(request)>;
  using Response = typename Traits::ResponseType;

  Session(Async& service, Handler& handler, internal::ServedMethod& served, internal::ServedLoop& loop)
      : ServerSession(served, loop), service_(service), handler_(handler) {
    auto* const queue = static_cast<grpc::ServerCompletionQueue*>(loop.loop.queue());
    // The notification first, then the arming: the other way round it may be missed.
    context_.AsyncNotifyWhenDone(static_cast<Event*>(&done_));
    service_.RequestAsyncUnary(served.index, &context_, &request_, &writer_, queue, queue,
                               static_cast<Event*>(&arrived_));
  }

 private:
  void ArmNext() override { new Session(service_, handler_, method_, loop_); }
  void Invoke() override {
    if (!request_.is_message) return Refuse(NotAMessage());
    coro::Spawn((handler_.*method)(call_, request_.message), Answer{*this});
  }
  void SendError(const grpc::Status& status) override {
    writer_.FinishWithError(status, static_cast<Event*>(&sent_));
  }

  struct Answer {
    Session& session;
    template <typename Result>
    void operator()(absl::StatusOr<Result> reply) const {
      session.Answered(reply.status());
      if (!session.MustAwaitTurn()) return session.Send(reply);
      coro::Spawn(session.AwaitTurn(), [&session = session, reply = std::move(reply)] { session.Send(reply); });
    }
  };
  template <typename Result>
  void Send(const absl::StatusOr<Result>& reply) {
    if (!reply.ok()) return SendError(ToGrpc(reply.status()));
    writer_.Finish(internal::MessageOf<Response>(*reply), grpc::Status::OK, static_cast<Event*>(&sent_));
  }

  Async& service_;
  Handler& handler_;
  internal::Arrival<typename Traits::RequestType> request_;
  grpc::ServerAsyncResponseWriter<Response> writer_{&context_};
};

template <typename Async, typename Handler, auto request, auto method>
class Server::StreamSession final : public internal::ServerSession {
 public:
  using Traits = internal::RequestTraits<decltype(request)>;
  using Response = typename Traits::ResponseType;

  StreamSession(Async& service, Handler& handler, internal::ServedMethod& served, internal::ServedLoop& loop)
      : ServerSession(served, loop), service_(service), handler_(handler) {
    auto* const queue = static_cast<grpc::ServerCompletionQueue*>(loop.loop.queue());
    context_.AsyncNotifyWhenDone(static_cast<Event*>(&done_));
    service_.RequestAsyncServerStreaming(served.index, &context_, &request_, &stream_, queue, queue,
                                         static_cast<Event*>(&arrived_));
  }

 private:
  void ArmNext() override { new StreamSession(service_, handler_, method_, loop_); }
  void Invoke() override {
    if (!request_.is_message) return Refuse(NotAMessage());
    EndWhenDraining();
    coro::Spawn((handler_.*method)(call_, request_.message, writer_), Answer{*this});
  }
  void SendError(const grpc::Status& status) override { stream_.Finish(status, static_cast<Event*>(&sent_)); }

  struct Answer {
    StreamSession& session;
    void operator()(absl::Status ended) const {
      const absl::Status status = session.DrainedOr(std::move(ended));
      session.Answered(status);
      session.SendError(ToGrpc(status));
    }
  };

  Async& service_;
  Handler& handler_;
  internal::Arrival<typename Traits::RequestType> request_;
  grpc::ServerAsyncWriter<Response> stream_{&context_};
  StreamWriter<Response> writer_{stream_};
};

template <typename Async, typename Handler, auto request, auto method>
void Server::Bind(absl::string_view name, Async& service, Handler& handler, bool always_admitted,
                  Method<request, method>) {
  auto& served = NewMethod(name, internal::NameOf<method>());
  served.always_admitted = always_admitted;
  arm_.push_back([&service, &handler, &served](internal::ServedLoop& loop) {
    new Session<Async, Handler, request, method>(service, handler, served, loop);
  });
}

template <typename Async, typename Handler, auto request, auto method>
void Server::Bind(absl::string_view name, Async& service, Handler& handler, bool, StreamMethod<request, method>) {
  auto& served = NewMethod(name, internal::NameOf<method>());
  served.is_stream = true;
  arm_.push_back([&service, &handler, &served](internal::ServedLoop& loop) {
    new StreamSession<Async, Handler, request, method>(service, handler, served, loop);
  });
}

template <typename Service, typename Handler, typename... Bindings>
void Server::AddService(Handler& handler, bool always_admitted, Bindings... bindings) {
  CheckBindings(Service::service_full_name(), {internal::BoundName(bindings)...});
  auto service = std::make_shared<internal::Receiving<typename Service::AsyncService>>();
  builder_.RegisterService(service.get());
  services_.push_back(service);
  (Bind(Service::service_full_name(), *service, handler, always_admitted, bindings), ...);
}

template <typename Service, typename Handler, typename... Bindings>
void Server::Add(Handler& handler, Bindings... bindings) {
  AddService<Service>(handler, /*always_admitted=*/false, bindings...);
}

template <typename Service, typename Handler, typename... Bindings>
void Server::AddAlwaysAdmitted(Handler& handler, Bindings... bindings) {
  AddService<Service>(handler, /*always_admitted=*/true, bindings...);
}

}  // namespace boutique::rpc
