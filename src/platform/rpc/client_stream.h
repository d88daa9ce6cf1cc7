// SPDX-License-Identifier: Apache-2.0
// One outgoing call whose answer is a stream, from its start to its status. Client::Stream is what others use.
// Threads: on its request's loop only.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/async_stream.h>

#include <cassert>
#include <coroutine>
#include <memory>
#include <optional>
#include <stop_token>
#include <type_traits>

#include "absl/status/status.h"
#include "platform/coro/task.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/client_core.h"
#include "platform/rpc/loop.h"

namespace boutique::rpc::internal {

template <typename Function>
struct StreamTraits;
template <typename StubType, typename Request, typename Response>
struct StreamTraits<std::unique_ptr<grpc::ClientAsyncReader<Response>> (StubType::*)(
    grpc::ClientContext*, const Request&, grpc::CompletionQueue*, void*)> {
  using RequestType = Request;
  using ResponseType = Response;
};

// Asks the peer to give the call up.
struct TryCancel {
  grpc::ClientContext& context;
  void operator()() const { context.TryCancel(); }
};

// Lives in the calling coroutine's frame, so that its buffers outlive the operations. One operation at a time:
//   bool goes_on = co_await pull.Start();  then  co_await pull.Next();  until false, then  co_await pull.End();
// End is awaited whatever came before.
template <typename Service, auto method>
class Pull final : Event {
 public:
  using Request = typename StreamTraits<decltype(method)>::RequestType;
  using Response = typename StreamTraits<decltype(method)>::ResponseType;

  Pull(typename Service::Stub& stub, const CallContext& call, const Request& request)
      : stub_(stub), call_(call), request_(request) {}

  grpc::ClientContext& context() { return context_; }
  // The message that Next has read.
  const Response& message() const { return message_; }
  // Wants no more messages: what End still awaits is the end of the call.
  void GiveUp() { context_.TryCancel(); }

  auto Start() { return Operation(*this, &Pull::DoStart); }
  auto Next() { return Operation(*this, &Pull::DoRead); }
  auto End() { return Operation(*this, &Pull::DoFinish); }
  // What the peer ended the call with; after End.
  absl::Status status() const { return StatusOfPeer(status_, call_); }

 private:
  class Operation {
   public:
    Operation(Pull& pull, void (Pull::*begin)()) : pull_(pull), begin_(begin) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiting) {
      assert(pull_.call_.loop->IsCurrent());
      pull_.awaiting_ = awaiting;
      (pull_.*begin_)();
    }
    bool await_resume() const noexcept { return pull_.went_well_; }

   private:
    Pull& pull_;
    void (Pull::*const begin_)();
  };

  void DoStart() {
    // Armed first: a call whose request has been cancelled is then cancelled before it begins.
    canceller_.emplace(call_.cancelled, TryCancel{context_});
    reader_ = (stub_.*method)(&context_, request_, call_.loop->queue(), static_cast<Event*>(this));
  }
  void DoRead() { reader_->Read(&message_, static_cast<Event*>(this)); }
  void DoFinish() { reader_->Finish(&status_, static_cast<Event*>(this)); }

  void Fire(bool ok) override {
    went_well_ = ok;
    awaiting_.resume();
  }

  typename Service::Stub& stub_;
  const CallContext& call_;
  const Request& request_;
  grpc::ClientContext context_;
  Response message_;
  grpc::Status status_;
  std::unique_ptr<grpc::ClientAsyncReader<Response>> reader_;
  std::coroutine_handle<> awaiting_;
  bool went_well_ = false;
  std::optional<std::stop_callback<TryCancel>> canceller_;
};

// Whether `each` wants more messages: it says so at once, or is a coroutine that does.
template <typename Each, typename Message>
coro::Task<bool> Handle(Each& each, const Message& message) {
  if constexpr (std::is_same_v<std::invoke_result_t<Each&, const Message&>, bool>) {
    co_return each(message);
  } else {
    const bool goes_on = co_await each(message);
    co_return goes_on;
  }
}

}  // namespace boutique::rpc::internal
