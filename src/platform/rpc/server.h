// SPDX-License-Identifier: Apache-2.0
// A gRPC server whose unary methods are coroutines on completion queues.
// Threads: set up, start and shut down from one thread that drains no queue.
#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/support/async_unary_call.h>

#include <chrono>
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

class Server {
 public:
  // `metrics` outlives the server.
  Server(ServerOptions options, telemetry::Metrics& metrics);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  // Shuts down without grace if Shutdown was not called.
  ~Server();

  // Serves Service (a generated class such as hipstershop::CartService): one binding for each of its methods. A
  // handler is Reply<Response> Method(const CallContext&, const Request&), named as in the contract. Before Start.
  template <typename Service, typename Handler, auto... request, auto... method>
  void Add(Handler& handler, Method<request, method>... bindings);

  // Listens on `address`, "host:port" with port 0 for any free one, or nowhere if it is empty; then calls `connect`,
  // from which on in-process channels exist, and only then serves. The bound port, or 0; UNAVAILABLE that names the
  // address if it is taken or not ours. A port is never shared with another process.
  absl::StatusOr<int> Start(
      const std::string& address = {}, const std::function<void()>& connect = [] {});

  // Accepts no new calls, waits for the running ones as long as `grace`, then cancels them and waits until the last
  // handler has ended. The loops run on. Blocks.
  void Drain(std::chrono::nanoseconds grace);
  // Drains, then stops the loops. Blocks.
  void Shutdown(std::chrono::nanoseconds grace);

  // A channel to this server without a socket. After Start has called `connect`.
  std::shared_ptr<grpc::Channel> InProcessChannel();
  // Sets what grpc.health.v1 answers. Empty before Start.
  grpc::HealthCheckServiceInterface* health() { return server_ == nullptr ? nullptr : server_->GetHealthCheckService(); }
  // The loops, for work that belongs to this server's process.
  std::vector<Loop*> loops();

 private:
  template <typename Async, typename Handler, auto request, auto method>
  class Session;

  internal::ServedMethod& NewMethod(absl::string_view service, absl::string_view name);
  static void CheckBindings(absl::string_view service, const std::vector<std::string>& methods);

  const ServerOptions options_;
  telemetry::Metrics& metrics_;
  grpc::ServerBuilder builder_;
  coro::TaskScope calls_;
  std::deque<internal::ServedMethod> methods_;
  std::vector<std::shared_ptr<void>> services_;
  std::vector<std::function<void(internal::ServedLoop&)>> arm_;
  std::vector<std::unique_ptr<internal::ServedLoop>> loops_;
  std::unique_ptr<grpc::Server> server_;
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
    (service_.*request)(&context_, &request_, &writer_, queue, queue, static_cast<Event*>(&arrived_));
  }

 private:
  void ArmNext() override { new Session(service_, handler_, method_, loop_); }
  void Invoke() override { coro::Spawn((handler_.*method)(call_, request_), Answer{*this}); }
  void SendError(const grpc::Status& status) override {
    writer_.FinishWithError(status, static_cast<Event*>(&sent_));
  }

  struct Answer {
    Session& session;
    void operator()(absl::StatusOr<Response> reply) const {
      session.Answered(reply.status());
      if (reply.ok()) {
        session.writer_.Finish(*reply, grpc::Status::OK, static_cast<Event*>(&session.sent_));
      } else {
        session.SendError(ToGrpc(reply.status()));
      }
    }
  };

  Async& service_;
  Handler& handler_;
  typename Traits::RequestType request_;
  grpc::ServerAsyncResponseWriter<Response> writer_{&context_};
};

template <typename Service, typename Handler, auto... request, auto... method>
void Server::Add(Handler& handler, Method<request, method>...) {
  using Async = typename Service::AsyncService;
  CheckBindings(Service::service_full_name(), {internal::NameOf<method>()...});
  auto service = std::make_shared<Async>();
  builder_.RegisterService(service.get());
  (arm_.push_back([&handler, service = service.get(),
                   served = &NewMethod(Service::service_full_name(), internal::NameOf<method>())](
                      internal::ServedLoop& loop) {
    new Session<Async, Handler, request, method>(*service, handler, *served, loop);
  }),
   ...);
  services_.push_back(std::move(service));
}

}  // namespace boutique::rpc
