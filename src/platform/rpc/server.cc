// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "absl/strings/str_cat.h"
#include "platform/rpc/listen_check.h"

namespace boutique::rpc {

Server::Server(ServerOptions options, telemetry::Metrics& metrics) : options_(options), metrics_(metrics) {
  // A second process on the same port would silently take half of the calls.
  builder_.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder_.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 2048);
  if (options_.max_connection_age > std::chrono::nanoseconds(0)) {
    const auto age = std::chrono::ceil<std::chrono::milliseconds>(options_.max_connection_age);
    builder_.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, static_cast<int>(age.count()));
  }
  // Only reflection is synchronous: one idle thread is enough for it.
  builder_.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder_.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder_.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
  for (unsigned i = 0; i < options_.loops; ++i) {
    loops_.push_back(std::make_unique<internal::ServedLoop>(builder_.AddCompletionQueue(), options_));
  }
}

namespace {

// Calls of one method that can arrive on a loop before it has looked at the first. What finds none armed waits within
// gRPC, which cancels it when the server begins to stop.
constexpr int kArmed = 4;

// Gives reflection to one server, or to none: gRPC's library adds it to every server of a program that it is linked to.
class Reflection final : public grpc::ServerBuilderOption {
 public:
  explicit Reflection(bool wanted) : wanted_(wanted) {}
  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    auto reflection = std::make_unique<grpc::reflection::ProtoServerReflectionPlugin>();
    const std::string name = reflection->name();
    plugins->erase(
        std::remove_if(plugins->begin(), plugins->end(), [&name](const auto& each) { return each->name() == name; }),
        plugins->end());
    if (wanted_) plugins->push_back(std::move(reflection));
  }

 private:
  const bool wanted_;
};

}  // namespace

Server::~Server() { Shutdown(std::chrono::nanoseconds(0)); }

internal::ServedMethod& Server::NewMethod(absl::string_view service, absl::string_view name) {
  auto& method = methods_.emplace_back();
  method.service = std::string(service);
  method.name = std::string(name);
  const auto* const descriptor = google::protobuf::DescriptorPool::generated_pool()
                                     ->FindServiceByName(method.service)
                                     ->FindMethodByName(method.name);
  method.index = descriptor->index();
  method.metrics = metrics_.Method("server", service, name, descriptor->server_streaming() ? "server_stream" : "unary");
  method.options = &options_;
  method.calls = &calls_;
  return method;
}

void Server::CheckBindings(absl::string_view service, const std::vector<std::string>& methods) {
  // A method without a handler would hang its callers for ever: better not to start at all.
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(std::string(service));
  bool complete = descriptor != nullptr && descriptor->method_count() == static_cast<int>(methods.size());
  std::set<absl::string_view> bound;
  for (const std::string& name : methods) {
    complete = complete && descriptor->FindMethodByName(name) != nullptr && bound.insert(name).second;
  }
  if (complete) return;
  std::fprintf(stderr, "the handlers of %s are not those of the contract\n", std::string(service).c_str());
  std::abort();
}

absl::StatusOr<int> Server::Start(const std::string& address, const std::function<void()>& connect) {
  int port = 0;
  if (!address.empty()) {
    if (auto taken = CheckCanListen(address); !taken.ok()) return taken;
    builder_.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  }
  builder_.SetOption(std::make_unique<Reflection>(options_.reflection && !address.empty()));
  server_ = builder_.BuildAndStart();
  if (server_ == nullptr || (!address.empty() && port == 0)) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", address));
  }
  connect();
  for (auto& loop : loops_) {
    loop->is_in_process = address.empty();
    for (auto& arm : arm_) {
      for (int i = 0; i < kArmed; ++i) arm(*loop);
    }
    loop->loop.Start();
  }
  port_ = port;
  return port;
}

void Server::Drain(std::chrono::nanoseconds grace) {
  if (server_ == nullptr || drained_) return;
  drained_ = true;
  TellLoops();
  if (loops_[0]->is_in_process) AwaitHandlers(grace);
  server_->Shutdown(std::chrono::system_clock::now() +
                    std::chrono::duration_cast<std::chrono::system_clock::duration>(grace));
  // Handlers may still use the queues: those go only when the last has ended.
  calls_.AwaitIdle();
}

void Server::TellLoops() {
  if (port_ != 0) farewell_ = std::make_unique<internal::Farewell>(port_);
  for (auto& loop : loops_) {
    telling_.Enter();
    loop->loop.Post([this, each = loop.get()] {
      each->farewell = farewell_.get();
      each->draining.request_stop();
      telling_.Leave();
    });
  }
  // Before gRPC tells the clients: what is answered after that awaits its turn.
  if (farewell_ != nullptr) telling_.AwaitIdle();
}

// gRPC closes in-process transports as soon as their server shuts down, and a call on a closed one ends the process.
// Who calls in process is gone by now, except for handlers that outlive their callers: they may call until they end.
void Server::AwaitHandlers(std::chrono::nanoseconds grace) {
  if (!calls_.AwaitIdleFor(grace)) {
    for (auto& loop : loops_) loop->loop.Post([each = loop.get()] { each->expired.request_stop(); });
    calls_.AwaitIdle();
  }
  // A call whose caller went at once may be on its way still; it is refused.
  for (auto& loop : loops_) {
    calls_.Enter();
    loop->loop.Post([this, each = loop.get()] {
      each->is_closed = true;
      calls_.Leave();
    });
  }
  calls_.AwaitIdle();
}

void Server::Shutdown(std::chrono::nanoseconds grace) {
  if (server_ == nullptr) return;
  Drain(grace);
  for (auto& loop : loops_) loop->loop.Stop();
  server_.reset();
}

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  return server_->InProcessChannel(arguments);
}

std::vector<Loop*> Server::loops() {
  std::vector<Loop*> loops;
  for (auto& loop : loops_) loops.push_back(&loop->loop);
  return loops;
}

}  // namespace boutique::rpc
