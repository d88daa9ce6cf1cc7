// SPDX-License-Identifier: Apache-2.0
// As many calls and commits in a row as an order needs, to as many servers and over as many connections, so that each
// has fallen asleep before it is its turn: of programs and rows that do nothing else.
// Threads: belongs to one.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "benchmark/child_process.h"
#include "benchmark/postgres_session.h"

namespace boutique::benchmark {

class BareOrder {
 public:
  static constexpr int kServers = 7;      // that a checkout calls
  static constexpr int kConnections = 3;  // of the orders', the payments' and the shipments' services

  // The database has the table of PostgresSession::MakeTable.
  BareOrder(const std::string& database_url, int calls, int commits) : calls_(calls), commits_(commits) {
    for (int i = 0; i < kServers; ++i) {
      servers_.push_back(std::make_unique<ChildProcess>("bare_server", std::vector<std::string>{"0"}));
      stubs_.push_back(std::make_unique<grpc::GenericStub>(
          grpc::CreateChannel(servers_.back()->AddressOf("grpc"), grpc::InsecureChannelCredentials())));
    }
    for (int i = 0; i < kConnections; ++i) {
      sessions_.push_back(std::make_unique<PostgresSession>(database_url));
      sessions_.back()->Prepare();
    }
  }
  ~BareOrder() { queue_.Shutdown(); }

  // How long one takes.
  double Milliseconds() {
    const auto begun = std::chrono::steady_clock::now();
    int committed = 0;
    std::vector<double> ignored;
    for (int i = 0; i < calls_; ++i) {
      Call(*stubs_[static_cast<std::size_t>(i) % stubs_.size()]);
      if (committed * calls_ >= (i + 1) * commits_) continue;
      sessions_[static_cast<std::size_t>(committed++) % sessions_.size()]->CommitEach(1, &ignored);
    }
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count();
  }

 private:
  void Call(grpc::GenericStub& stub) {
    grpc::ClientContext context;
    grpc::ByteBuffer response;
    grpc::Status status;
    const auto reader = stub.PrepareUnaryCall(&context, "/hipstershop.CurrencyService/Convert", body_, &queue_);
    reader->StartCall();
    reader->Finish(&response, &status, this);
    void* tag = nullptr;
    bool ok = false;
    queue_.Next(&tag, &ok);
    if (status.ok()) return;
    std::fprintf(stderr, "a bare call failed: %s\n", status.error_message().c_str());
    std::exit(1);
  }

  const int calls_;
  const int commits_;
  const grpc::Slice empty_;
  const grpc::ByteBuffer body_{&empty_, 1};
  grpc::CompletionQueue queue_;
  std::vector<std::unique_ptr<ChildProcess>> servers_;
  std::vector<std::unique_ptr<grpc::GenericStub>> stubs_;
  std::vector<std::unique_ptr<PostgresSession>> sessions_;
};

}  // namespace boutique::benchmark
