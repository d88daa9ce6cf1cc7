// SPDX-License-Identifier: Apache-2.0
#include "platform/http/server.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "platform/http/io.h"
#include "platform/http/listener.h"

namespace boutique::http {

class Server::Running {
 public:
  Running(ServerOptions options, const Router& router, telemetry::Metrics& metrics)
      : shared_(std::move(options), router, metrics) {}
  ~Running() { Drain(std::chrono::nanoseconds(0), std::chrono::milliseconds(0)); }

  absl::StatusOr<int> Start() {
    if (absl::Status bad = listener_.Listen(shared_.options.host, shared_.options.port); !bad.ok()) return bad;
    for (rpc::Loop* loop : shared_.options.loops) {
      ios_.push_back(std::make_unique<internal::Io>(shared_, *loop));
      if (absl::Status bad = ios_.back()->Start(listener_); !bad.ok()) return bad;
    }
    return listener_.port();
  }

  void Drain(std::chrono::nanoseconds grace, std::chrono::milliseconds linger) {
    if (ios_.empty()) return;
    const auto start = std::chrono::steady_clock::now();
    shared_.draining.store(true);
    for (auto& io : ios_) {
      io->CloseListener();
      io->CancelStreams();
    }
    listener_.Close();
    std::unique_lock lock(shared_.mutex);
    const auto answered = [this] { return shared_.unanswered.load() == 0; };
    // A client that keeps its connection may be about to use it: its last request is still served, and told to close.
    shared_.changed.wait_until(lock, start + std::min<std::chrono::nanoseconds>(linger, grace),
                               [&] { return answered() && shared_.connections.load() == 0; });
    const bool in_time = shared_.changed.wait_until(lock, start + grace, answered);
    // From here on requests are refused: a client that keeps sending cannot keep us.
    shared_.closing.store(true);
    if (!in_time) {
      for (auto& io : ios_) io->CancelRequests();
    }
    shared_.changed.wait(lock, [this] { return shared_.running.load() == 0 && shared_.streams.load() == 0; });
    lock.unlock();
    for (auto& io : ios_) io->Stop();
    ios_.clear();
  }

  const ServerOptions& options() const { return shared_.options; }

 private:
  internal::Shared shared_;
  Listener listener_;
  std::vector<std::unique_ptr<internal::Io>> ios_;
};

Server::Server(ServerOptions options, const Router& router, telemetry::Metrics& metrics)
    : running_(std::make_unique<Running>(std::move(options), router, metrics)) {}

Server::~Server() = default;

absl::StatusOr<int> Server::Start() { return running_->Start(); }

void Server::Drain(std::chrono::nanoseconds grace) { running_->Drain(grace, running_->options().linger); }

}  // namespace boutique::http
