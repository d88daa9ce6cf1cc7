// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_client.h"

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cassert>
#include <optional>
#include <thread>
#include <utility>

#include "platform/storage/redis/redis_bell.h"
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
    pipeline_.emplace(io_, inbox_, options_, tls_.get(), on_state_);
    if (!bell_.Listen()) return absl::ResourceExhaustedError("redis: no more files can be opened");
    asio::post(io_, [this] { pipeline_->Open(); });
    thread_ = std::thread([this] { io_.run(); });
    running_.store(true, std::memory_order_release);
    return absl::OkStatus();
  }

  void Stop() {
    if (!running_.exchange(false)) return;
    asio::post(io_, [this] {
      pipeline_->Close();
      io_.stop();
    });
    thread_.join();
    pipeline_->Look();  // refuses what came last
    pipeline_.reset();
  }

  bool IsRunning() const { return running_.load(std::memory_order_acquire); }

  // OK, or why the command cannot be sent. What is admitted is counted until Release.
  absl::Status Admit() {
    if (!IsRunning()) return absl::UnavailableError("redis: the client does not run");
    if (pending_.fetch_add(1, std::memory_order_relaxed) < options_.most_pending) return absl::OkStatus();
    Release();
    return absl::ResourceExhaustedError("redis: too many commands wait");
  }
  void Release() { pending_.fetch_sub(1, std::memory_order_relaxed); }

  std::uint64_t NextId() { return ids_.fetch_add(1, std::memory_order_relaxed); }

  void Enqueue(Pending* pending) {
    if (inbox_.Push(pending)) bell_.Ring();
  }

  void Cancel(std::uint64_t id) {
    asio::post(io_, [this, id] {
      pipeline_->Look();  // it may be in the inbox
      pipeline_->Cancel(id);
    });
  }

 private:
  const Options options_;
  std::function<void(bool)> on_state_;
  std::unique_ptr<asio::ssl::context> tls_;
  asio::io_context io_{1};
  internal::Bell bell_{io_, [this] { pipeline_->Look(); }};
  internal::Inbox inbox_;
  std::optional<internal::Pipeline> pipeline_;
  std::atomic<bool> running_{false};
  std::atomic<std::size_t> pending_{0};
  std::atomic<std::uint64_t> ids_{1};
  std::thread thread_;
};

Client::Sending::Sending(Core& core, const rpc::CallContext& call, Command command, const Script* script,
                         Script::Input input)
    : Pending(call, std::move(command)), core_(core), script_(script), input_(input) {}

void Client::Sending::Cancel::operator()() const { core.Cancel(id); }

bool Client::Sending::await_ready() {
  assert(call.loop->IsCurrent());
  absl::Status refused = call.Alive();
  if (refused.ok()) refused = core_.Admit();
  admitted_ = refused.ok();
  if (!admitted_) result = std::move(refused);
  return !admitted_;
}

void Client::Sending::await_suspend(std::coroutine_handle<> awaiting) {
  awaiting_ = awaiting;
  Enqueue();
}

void Client::Sending::Enqueue() {
  id = core_.NextId();
  // Before the command is handed over: from then on it may come back at any time. The cancellation itself comes on this
  // loop, so it cannot overtake the command.
  canceller_.emplace(call.cancelled, Cancel{core_, id});
  core_.Enqueue(this);
}

void Client::Sending::Arrive() {
  canceller_.reset();
  if (script_ != nullptr && IsNoScript(result.status()) && core_.IsRunning() && call.Alive().ok()) {
    command = std::exchange(script_, nullptr)->ByText(input_);
    return Enqueue();
  }
  awaiting_.resume();
}

absl::StatusOr<Value> Client::Sending::await_resume() {
  if (admitted_) core_.Release();
  return std::move(result);
}

Client::Client(Options options, std::function<void(bool answers)> on_state)
    : core_(std::make_unique<Core>(std::move(options), std::move(on_state))) {}

Client::~Client() { Stop(); }

absl::Status Client::Start() { return core_->Start(); }
void Client::Stop() { core_->Stop(); }

Client::Sending Client::Send(const rpc::CallContext& call, Command command) {
  return Sending(*core_, call, std::move(command), nullptr, {});
}

Client::Sending Client::Run(const rpc::CallContext& call, const Script& script, Script::Input input) {
  return Sending(*core_, call, script.ByDigest(input), &script, input);
}

}  // namespace boutique::redis
