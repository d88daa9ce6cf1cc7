// SPDX-License-Identifier: Apache-2.0
// A product catalog whose answers the test chooses, on a server of its own.
// Threads: its methods are safe from any thread.
#pragma once

#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "hipstershop/product_catalog.grpc.pb.h"

namespace boutique::recommendation::testing {

class FakeCatalog final : public ::hipstershop::ProductCatalogService::Service {
 public:
  FakeCatalog() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~FakeCatalog() override {
    Release();
    server_->Shutdown(std::chrono::system_clock::now());
  }

  void Sell(std::vector<std::string> ids) {
    const std::lock_guard lock(mutex_);
    ids_ = std::move(ids);
    failure_ = grpc::Status::OK;
  }
  void Fail(grpc::StatusCode code) {
    const std::lock_guard lock(mutex_);
    failure_ = grpc::Status(code, "inner words");
  }
  // From now on calls wait until Release.
  void Hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void Release() {
    const std::lock_guard lock(mutex_);
    held_ = false;
    changed_.notify_all();
  }
  void AwaitCalls(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return calls_ >= count; });
  }
  int calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  std::shared_ptr<grpc::Channel> Channel() const {
    return grpc::CreateChannel(address(), grpc::InsecureChannelCredentials());
  }

  grpc::Status ListProducts(grpc::ServerContext*, const ::hipstershop::Empty*,
                            ::hipstershop::ListProductsResponse* reply) override {
    std::unique_lock lock(mutex_);
    ++calls_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    for (const std::string& id : ids_) reply->add_products()->set_id(id);
    return failure_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> ids_;
  grpc::Status failure_;
  bool held_ = false;
  int calls_ = 0;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace boutique::recommendation::testing
