// SPDX-License-Identifier: Apache-2.0
// Outgoing calls of one service: co_await carts.Call<&Carts::AsyncGetCart>(call, request), and Stream for methods that
// stream their answer.
// Threads: connected once at start; then safe from any loop, each call on its own request's loop.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/async_unary_call.h>

#include <cassert>
#include <chrono>
#include <coroutine>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/client_core.h"
#include "platform/rpc/client_stream.h"
#include "platform/rpc/loop.h"
#include "platform/rpc/method_name.h"
#include "platform/rpc/sleep.h"

namespace boutique::rpc {

namespace internal {

template <typename Function>
struct CallTraits;
template <typename StubType, typename Request, typename Response>
struct CallTraits<std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> (StubType::*)(
    grpc::ClientContext*, const Request&, grpc::CompletionQueue*)> {
  using RequestType = Request;
  using ResponseType = Response;
};

// One attempt at a call. Lives in the calling coroutine's frame, so that its buffers outlive the operation.
template <typename Service, auto method>
class Attempt final : Event {
 public:
  using Request = typename CallTraits<decltype(method)>::RequestType;
  using Response = typename CallTraits<decltype(method)>::ResponseType;

  Attempt(typename Service::Stub& stub, const CallContext& call, const Request& request)
      : stub_(stub), call_(call), request_(request) {}

  grpc::ClientContext& context() { return context_; }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiting) {
    assert(call_.loop->IsCurrent());
    awaiting_ = awaiting;
    // Armed before the call, which may end, and this object with it, as soon as Finish is asked for.
    canceller_.emplace(call_.cancelled, TryCancel{context_});
    reader_ = (stub_.*method)(&context_, request_, call_.loop->queue());
    reader_->Finish(&response_, &status_, static_cast<Event*>(this));
  }
  absl::StatusOr<Response> await_resume() {
    if (status_.ok()) return std::move(response_);
    return StatusOfPeer(status_, call_);
  }
  bool is_unseen() const { return IsUnseen(status_, call_); }

 private:
  void Fire(bool) override {
    canceller_.reset();
    awaiting_.resume();
  }

  typename Service::Stub& stub_;
  const CallContext& call_;
  const Request& request_;
  grpc::ClientContext context_;
  Response response_;
  grpc::Status status_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> reader_;
  std::optional<std::stop_callback<TryCancel>> canceller_;
  std::coroutine_handle<> awaiting_;
};

}  // namespace internal

template <typename Service>
class Client {
 public:
  using Stub = typename Service::Stub;

  Client() = default;
  Client(std::shared_ptr<grpc::Channel> channel, telemetry::Metrics& metrics, telemetry::SpanSink* spans = nullptr) {
    Connect(std::move(channel), metrics, spans);
  }
  // Before the first call. `metrics` and `spans` (may be null) outlive the client.
  void Connect(std::shared_ptr<grpc::Channel> channel, telemetry::Metrics& metrics,
               telemetry::SpanSink* spans = nullptr) {
    core_ = std::make_unique<internal::ClientCore>(Service::service_full_name(), metrics, spans);
    stub_ = Service::NewStub(std::move(channel));
  }
  // Whether there is a peer at all: an optional service may have no address.
  bool IsConnected() const { return stub_ != nullptr; }

  // Calls the peer with the request's deadline, trace and cancellation. Methods that the contract marks as idempotent
  // are tried again while the peer is UNAVAILABLE, up to three times in all and only as the budget allows; any method is,
  // up to five times, where a peer that stops has refused the call before its handler saw it. The peer's status,
  // DEADLINE_EXCEEDED or CANCELLED of the request, or UNAVAILABLE without a peer and when the peer cancels what its caller
  // did not. `call` outlives the task.
  template <auto method>
  Reply<typename internal::CallTraits<decltype(method)>::ResponseType> Call(
      const CallContext& call, typename internal::CallTraits<decltype(method)>::RequestType request) {
    if (stub_ == nullptr) co_return absl::UnavailableError("no address is set for this service");
    static const int index =
        internal::MethodIndex(Service::service_full_name(), internal::NameOf<method>("Async"));
    auto& called = core_->method(index);
    for (int attempt = 1;; ++attempt) {
      telemetry::TraceContext span = call.trace;
      if (span.IsSet()) telemetry::StartSpan(&span, &call.loop->random());
      const auto start = std::chrono::steady_clock::now();
      called.metrics->Started();
      internal::Attempt<Service, method> pending(*stub_, call, request);
      core_->Prepare(call, span, pending.context());
      auto reply = co_await pending;
      const bool is_unseen = pending.is_unseen();
      core_->Ended(called, span, start, reply.status());
      std::chrono::nanoseconds pause{};
      if (!core_->ShouldRetry(called, call, attempt, reply.status(), is_unseen, &pause)) co_return std::move(reply);
      const bool elapsed = co_await Sleep(call, pause);
      if (!elapsed) co_return absl::CancelledError("the caller has gone");
    }
  }

  // Calls a method that streams its answer, with the request's deadline, trace and cancellation, and hands each message
  // to `each`, `bool each(const Response&)` or a coroutine of it (coro::Task<bool>), which says whether it wants more;
  // while it is not done, the peer waits. OK when the peer has ended the stream so, or when `each` wants no more: then the
  // call is cancelled. Otherwise what Call answers. Never tried again, for what came has been used. The call has ended
  // when the task has. `call` outlives the task.
  template <auto method, typename Each>
  coro::Task<absl::Status> Stream(const CallContext& call,
                                  typename internal::StreamTraits<decltype(method)>::RequestType request, Each each) {
    if (stub_ == nullptr) co_return absl::UnavailableError("no address is set for this service");
    static const int index =
        internal::MethodIndex(Service::service_full_name(), internal::NameOf<method>("Async"));
    auto& called = core_->method(index);
    telemetry::TraceContext span = call.trace;
    if (span.IsSet()) telemetry::StartSpan(&span, &call.loop->random());
    const auto start = std::chrono::steady_clock::now();
    called.metrics->Started();
    internal::Pull<Service, method> pull(*stub_, call, request);
    core_->Prepare(call, span, pull.context());
    bool is_satisfied = false;
    bool goes_on = co_await pull.Start();
    while (goes_on) {
      goes_on = co_await pull.Next();
      if (!goes_on) break;
      goes_on = co_await internal::Handle(each, pull.message());
      is_satisfied = !goes_on;
    }
    if (is_satisfied) pull.GiveUp();
    co_await pull.End();
    const absl::Status status = is_satisfied ? absl::OkStatus() : pull.status();
    core_->Ended(called, span, start, status);
    co_return status;
  }

 private:
  std::unique_ptr<internal::ClientCore> core_;
  std::unique_ptr<Stub> stub_;
};

}  // namespace boutique::rpc
