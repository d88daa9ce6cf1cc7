// SPDX-License-Identifier: Apache-2.0
// What the outside may ask of the gateway's state: /_healthz, the process lives; /readyz, it and what is in it can
// serve, pages that say what is away included; /health, how each of the services is that this shop has.
// Safe from any loop.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/cached.h"
#include "gateway/gateway.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "platform/rpc/client.h"

namespace boutique::gateway {

// How one of the services can be asked.
struct Dependency {
  std::string name;                     // "cart"
  std::string service;                  // "hipstershop.CartService"
  bool required = false;                // the shop cannot serve without it
  bool configured = false;              // it has an address, or is in this process
  std::function<bool()> ready_here;     // if it is in this process: whether it is ready
  rpc::Client<grpc::health::v1::Health>* health = nullptr;  // if it is elsewhere
};

enum class DependencyState { kServing, kNotServing, kUnreachable };

class Probes {
 public:
  // `process_ready` says whether this process is ready and not stopping. Nothing is told of a dependency that is not
  // configured: the shop is whole without it.
  Probes(std::vector<Dependency> dependencies, std::function<bool()> process_ready);

  // Adds the routes. Outlives the gateway.
  void RegisterWith(Gateway& gateway);

 private:
  struct Report {
    std::vector<DependencyState> states;  // in the order of the dependencies
    bool can_serve = true;                // every required one serves
    bool all_well = true;                 // so does every other one
  };
  // The latest report, a second old at most.
  rpc::Reply<std::shared_ptr<const Report>> Look(const rpc::CallContext& call);
  rpc::Reply<http::Response> Ready();
  rpc::Reply<http::Response> Health(const rpc::CallContext& call);
  static coro::Task<DependencyState> StateOf(const rpc::CallContext& call, const Dependency& dependency);

  const std::vector<Dependency> dependencies_;
  const std::function<bool()> process_ready_;
  Cached<Report> report_{std::chrono::seconds(1)};
};

}  // namespace boutique::gateway
