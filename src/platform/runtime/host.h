// SPDX-License-Identifier: Apache-2.0
// One process: its servers, loops, clients, background work and the order in which they start and stop.
// Threads: modules install, and the process starts and stops, from one thread; what says otherwise is safe from any.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "platform/coro/task_scope.h"
#include "platform/rpc/blocking_pool.h"
#include "platform/rpc/client.h"
#include "platform/rpc/health_service.h"
#include "platform/rpc/server.h"
#include "platform/runtime/metrics_endpoint.h"
#include "platform/runtime/settings.h"
#include "platform/runtime/trace_exporter.h"
#include "platform/telemetry/metrics.h"
#include "platform/telemetry/span.h"

namespace boutique::runtime {

// Whether a program can do without a service.
enum class Need { kRequired, kOptional };

// Options of every process.
struct HostSettings {
  explicit HostSettings(Settings& settings);

  std::string listen_host;  // LISTEN_ADDR, of every listener
  std::int64_t grpc_port;   // PORT, or GRPC_PORT where PORT is the shop's
  std::int64_t metrics_port = 9464;
  std::int64_t loops = 0;  // LOOPS; 0: chosen by the program's kind
  std::string log_level = "info";
  bool reflection = true;
  std::chrono::nanoseconds max_connection_age{0};  // 0: for ever
  std::chrono::nanoseconds drain_delay{0};
  std::chrono::nanoseconds shutdown_grace = std::chrono::seconds(10);
  bool tracing = false;
  std::string trace_name;  // OTEL_SERVICE_NAME
};

class Host {
 public:
  // `settings` outlives the host.
  Host(const Settings& settings, HostSettings own);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;
  ~Host();

  // ---- for modules, while they install ----

  // Makes an object that lives until everything has stopped; later ones go first.
  template <typename T, typename... Args>
  T& Own(Args&&... args) {
    auto owned = std::make_shared<T>(std::forward<Args>(args)...);
    owned_.push_back(owned);
    return *owned;
  }
  // The same for an object that exists, for example one that a factory made.
  template <typename T>
  T& Keep(std::unique_ptr<T> object) {
    std::shared_ptr<T> owned = std::move(object);
    owned_.push_back(owned);
    return *owned;
  }

  // The process's one object of this type, made when it is first asked for: what modules know each other by.
  template <typename T>
  T& Shared() {
    void*& shared = shared_[typeid(T)];
    if (shared == nullptr) shared = &Own<T>();
    return *static_cast<T*>(shared);
  }

  // Serves a contract's service by `room`, which has `void RegisterWith(rpc::Server&)` and outlives the host (Own it).
  // Its health is SERVING from the start unless SetReady says otherwise.
  template <typename Service, typename Room>
  void Serve(Room& room) {
    served_.push_back({Service::service_full_name(), [&room](rpc::Server& server) { room.RegisterWith(server); }});
  }

  // A client of the service: in this process if it is served here, otherwise at the address in the variable, which was
  // declared by Settings::Address. May be used from OnStart on. A required one without either is a problem at the
  // start; an optional one stays unconnected.
  template <typename Service>
  rpc::Client<Service>& ClientOf(const std::string& address_variable, Need need = Need::kRequired) {
    auto& client = Own<rpc::Client<Service>>();
    peers_.push_back({Service::service_full_name(), address_variable, need,
                      [this, &client](std::shared_ptr<grpc::Channel> channel) {
                        client.Connect(std::move(channel), metrics_, spans_.get());
                      }});
    return client;
  }

  // Called in order when the loops run and the clients are connected, before the process says that it is ready. An
  // error stops the start.
  void OnStart(std::function<absl::Status()> start) { on_start_.push_back(std::move(start)); }
  // Called, last first, when the process begins to stop, also when it does because a part could not start (which may
  // be this one): stop accepting, and block until what was accepted has been answered or the time is up.
  void OnDrain(std::function<void(std::chrono::nanoseconds grace)> drain) { on_drain_.push_back(std::move(drain)); }
  // Called, last first, when no request runs any more and the loops still do; when OnDrain is.
  void OnStop(std::function<void()> stop) { on_stop_.push_back(std::move(stop)); }
  // A line of what is printed when the process is ready: Announce("shop", "http://127.0.0.1:8080").
  void Announce(std::string what, std::string where) { announced_.emplace_back(std::move(what), std::move(where)); }

  // ---- any time ----

  const HostSettings& settings() const { return own_; }
  telemetry::Metrics& metrics() { return metrics_; }
  // Where finished spans go; null when tracing is off.
  telemetry::SpanSink* spans() const { return spans_.get(); }
  // For work that blocks. Safe from any thread.
  rpc::BlockingPool& blocking() { return blocking_; }
  // Loops for this process's own requests and background work; from OnStart on.
  const std::vector<rpc::Loop*>& loops() const { return loops_; }
  // Owns work that no request waits for; it is awaited after the last request, before the loops stop. What runs for
  // long watches background().stop_token() and runs on loops()[0], where the stop is requested; spawn it there:
  //   host.loops()[0]->Post([&] { host.background().Spawn(Sweep()); });
  // What has a short deadline may run on its request's loop and need not watch.
  coro::TaskScope& background() { return background_; }
  // Whether the service can do its work, by its full name: what health answers. Safe from any thread.
  void SetReady(absl::string_view service, bool ready);
  // Whether every service of this process is ready, and it is not stopping. Safe from any thread.
  bool IsReady() const;
  // Whether one service of this process is, by its full name. Safe from any thread.
  bool IsReady(absl::string_view service) const;

  // Asks the program to stop, as SIGTERM does; of a program that runs by Main. Safe from any thread.
  static void RequestStop();
  // What the program ends with when it has stopped in good order: 0 unless told otherwise. Safe from any thread.
  void SetExitStatus(int status) { exit_status_ = status; }
  int exit_status() const { return exit_status_; }

  // ---- for Process ----

  // One status for each problem; empty when everything runs.
  std::vector<absl::Status> Start();
  // Returns when everything has stopped. Nothing accepted is lost unless it takes longer than the grace.
  void Stop();
  // What was announced, with the gRPC and metrics addresses.
  const std::vector<std::pair<std::string, std::string>>& announced() const { return announced_; }
  int grpc_port() const { return grpc_port_; }
  int metrics_port() const { return metrics_endpoint_.port(); }

 private:
  struct Served {
    std::string service;
    std::function<void(rpc::Server&)> add;
  };
  struct Peer {
    std::string service;
    std::string variable;
    Need need;
    std::function<void(std::shared_ptr<grpc::Channel>)> connect;
  };

  std::vector<absl::Status> CheckPeers() const;
  bool IsLocal(const std::string& service) const;
  std::unique_ptr<rpc::Server> MakeServer(unsigned loops);
  absl::Status StartServers();
  void ConnectPeers();
  std::string Reachable(int port) const;

  const Settings& settings_;
  HostSettings own_;
  telemetry::Metrics metrics_;
  MetricsEndpoint metrics_endpoint_;
  std::unique_ptr<TraceExporter> spans_;
  rpc::BlockingPool blocking_;
  std::vector<Served> served_;
  std::vector<Peer> peers_;
  std::vector<std::function<absl::Status()>> on_start_;
  std::vector<std::function<void(std::chrono::nanoseconds)>> on_drain_;
  std::vector<std::function<void()>> on_stop_;
  std::vector<std::pair<std::string, std::string>> announced_;
  rpc::HealthService health_;
  std::unique_ptr<rpc::Server> outer_;                // has the port
  std::unique_ptr<rpc::Server> inner_;                // has only in-process channels
  std::vector<std::unique_ptr<rpc::Loop>> own_loops_;  // of a process without servers
  std::vector<rpc::Loop*> loops_;
  coro::TaskScope background_;
  int grpc_port_ = 0;
  std::atomic<int> exit_status_{0};
  mutable std::mutex ready_mutex_;
  std::set<std::string> not_ready_;
  bool started_ = false;
  bool parts_start_ = false;  // OnStart was reached
  bool is_up_ = false;        // everything started
  bool stopping_ = false;
  std::map<std::type_index, void*> shared_;
  std::deque<std::shared_ptr<void>> owned_;
};

}  // namespace boutique::runtime
