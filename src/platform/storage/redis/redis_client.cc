// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_client.h"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cassert>
#include <optional>
#include <thread>
#include <utility>

#include "platform/storage/redis/redis_pending.h"
#include "platform/storage/redis/redis_pipeline.h"

namespace boutique::redis {
namespace asio = boost::asio;
using internal::Pending;

// The I/O thread and the way onto it.
class Client::Core {
 public:
  Core(Options options, std::function<void(bool)> on_state)
      : options_(std::move(options)), on_state_(std::move(on_state)) {
    if (!on_state_) on_state_ = [](bool) {};
  }

  absl::Status Start() {
    if (options_.tls) {
      auto tls = internal::MakeTlsContext(options_);
      if (!tls.ok()) return tls.status();
      tls_ = *std::move(tls);
    }
    pipeline_.emplace(io_, options_, tls_.get(), on_state_);
    asio::post(io_, [this] { pipeline_->Open(); });
    thread_ = std::thread([this] { io_.run(); });
    running_.store(true, std::memory_order_release);
    return absl::OkStatus();
  }

  void Stop() {
    if (!running_.exchange(false)) return;
    asio::post(io_, [this] {
      TakeIncoming();
      pipeline_->Close();
      io_.stop();
    });
    thread_.join();
    pipeline_.reset();
  }

  // OK, or why the command cannot be sent. What is admitted is counted until Release.
  absl::Status Admit() {
    if (!running_.load(std::memory_order_acquire)) return absl::UnavailableError("redis: the client does not run");
    if (pending_.fetch_add(1, std::memory_order_relaxed) < options_.most_pending) return absl::OkStatus();
    Release();
    return absl::ResourceExhaustedError("redis: too many commands wait");
  }
  void Release() { pending_.fetch_sub(1, std::memory_order_relaxed); }

  std::uint64_t NextId() { return ids_.fetch_add(1, std::memory_order_relaxed); }

  void Enqueue(Pending* pending) {
    if (incoming_.Push(pending)) asio::post(io_, [this] { TakeIncoming(); });
  }

  void Cancel(std::uint64_t id) {
    asio::post(io_, [this, id] {
      TakeIncoming();  // it may be among them
      pipeline_->Cancel(id);
    });
  }

 private:
  void TakeIncoming() { pipeline_->Add(incoming_.Take()); }

  const Options options_;
  std::function<void(bool)> on_state_;
  std::unique_ptr<asio::ssl::context> tls_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  std::optional<internal::Pipeline> pipeline_;
  internal::Incoming incoming_;
  std::atomic<bool> running_{false};
  std::atomic<std::size_t> pending_{0};
  std::atomic<std::uint64_t> ids_{1};
  std::thread thread_;
};

// Awaits the answer to one command.
class Client::Sending {
 public:
  Sending(Core& core, const rpc::CallContext& call, Command command) : core_(core), pending_(call, std::move(command)) {}

  bool await_ready() {
    assert(pending_.call.loop->IsCurrent());
    absl::Status refused = pending_.call.Alive();
    if (refused.ok()) refused = core_.Admit();
    admitted_ = refused.ok();
    if (!admitted_) pending_.result = std::move(refused);
    return !admitted_;
  }
  void await_suspend(std::coroutine_handle<> awaiting) {
    pending_.awaiting = awaiting;
    pending_.id = core_.NextId();
    // Before the command is handed over: from then on it may come back at any time. The cancellation itself comes on
    // this thread, so it cannot overtake the command.
    pending_.canceller.emplace(pending_.call.cancelled, [&core = core_, id = pending_.id] { core.Cancel(id); });
    core_.Enqueue(&pending_);
  }
  absl::StatusOr<Value> await_resume() {
    if (admitted_) core_.Release();
    return std::move(pending_.result);
  }

 private:
  Core& core_;
  Pending pending_;
  bool admitted_ = false;
};

Client::Client(Options options, std::function<void(bool answers)> on_state)
    : core_(std::make_unique<Core>(std::move(options), std::move(on_state))) {}

Client::~Client() { Stop(); }

absl::Status Client::Start() { return core_->Start(); }
void Client::Stop() { core_->Stop(); }

rpc::Reply<Value> Client::Send(const rpc::CallContext& call, Command command) {
  Sending sending(*core_, call, std::move(command));
  auto answer = co_await sending;
  co_return std::move(answer);
}

rpc::Reply<Value> Client::Run(const rpc::CallContext& call, const Script& script, std::size_t keys,
                              absl::Span<const absl::string_view> words) {
  Sending by_digest(*core_, call, script.ByDigest(keys, words));
  auto answer = co_await by_digest;
  if (answer.ok() || !IsNoScript(answer.status())) co_return std::move(answer);
  Sending by_text(*core_, call, script.ByText(keys, words));
  auto second = co_await by_text;
  co_return std::move(second);
}

}  // namespace boutique::redis
