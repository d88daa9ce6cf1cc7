// SPDX-License-Identifier: Apache-2.0
// One I/O thread of the server: its connections, and the requests that they bring to a loop and take back.
// Threads: Start and Stop from one; CloseListener and CancelRequests from any; the rest is the I/O thread's own.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "platform/http/exchange.h"
#include "platform/http/listener.h"
#include "platform/http/restinio_traits.h"
#include "platform/http/route_metrics.h"
#include "platform/http/router.h"
#include "platform/http/server.h"

namespace boutique::http::internal {

// How many connections there may be: no more than half of the files that the process may open.
int ConnectionLimit(int wanted);

// What all I/O threads share.
struct Shared {
  Shared(ServerOptions given, const Router& router, telemetry::Metrics& metrics)
      : options(std::move(given)),
        router(router),
        metrics(metrics),
        in_flight(metrics.Gauge("http_requests_in_flight", "Requests being served, without those that stream")),
        streaming(metrics.Gauge("http_streams", "Responses being streamed")),
        most_connections(ConnectionLimit(options.most_connections)) {}

  // Wakes Drain if it waits; after every change that it waits for.
  void Changed() {
    if (!draining.load()) return;
    const std::lock_guard lock(mutex);
    changed.notify_all();
  }

  // A stream has ended, as HandlerEnded says.
  void StreamEnded() {
    const std::lock_guard lock(mutex);
    streams.fetch_sub(1);
    changed.notify_all();
  }

  // A handler has ended. Under the lock, for when Drain sees it, this object may be gone.
  void HandlerEnded() {
    const std::lock_guard lock(mutex);
    running.fetch_sub(1);
    changed.notify_all();
  }

  const ServerOptions options;
  const Router& router;
  RouteMetrics metrics;
  prometheus::Gauge& in_flight;
  prometheus::Gauge& streaming;
  const int most_connections;
  std::atomic<bool> draining{false};
  std::atomic<bool> closing{false};  // no further handler is begun
  std::atomic<int> running{0};      // handlers
  std::atomic<int> streams{0};      // bodies being streamed, whose handlers have ended
  std::atomic<int> unanswered{0};   // requests whose answer has not been written
  std::atomic<int> connections{0};  // open
  std::mutex mutex;
  std::condition_variable changed;
};

// One I/O thread and the loop that it feeds.
class Io final : ConnectionWatcher, RequestTaker, ExchangeOwner {
 public:
  Io(Shared& shared, rpc::Loop& loop) : shared_(shared), loop_(loop) {}
  ~Io() { Stop(); }

  absl::Status Start(const Listener& listener);
  // Accepts no more; from any thread.
  void CloseListener();
  // Asks all requests to stop; from any thread.
  void CancelRequests();
  // The same for those that stream.
  void CancelStreams();
  // Ends the thread and closes the connections. No handler runs any more.
  void Stop();

 private:
  using RestinioServer = restinio::http_server_t<Traits>;
  struct Connection {
    std::vector<Exchange*> exchanges;
  };

  void Opened(restinio::connection_id_t id) override;
  void Closed(restinio::connection_id_t id) override;
  void Take(restinio::request_handle_t handle) override;
  void Ended(Exchange* exchange) override;
  void StreamBegins(Exchange* exchange) override;
  void SendPiece(Exchange* exchange, std::string bytes, std::function<void(bool taken)> sent) override;
  void StreamEnded(Exchange* exchange) override;

  bool Admit(Exchange* exchange, const restinio::request_t& raw);
  void Answer(std::unique_ptr<Exchange> exchange);
  void Note(const Exchange& exchange);
  void BeginStream(Exchange* exchange);
  void EndStream(Exchange* exchange);
  bool MustClose(const Exchange& exchange) const;
  void Forget(Exchange* exchange);
  void Cancel(const Exchange& exchange);
  void RecordSpan(const Exchange& exchange, std::chrono::nanoseconds took) const;

  Shared& shared_;
  rpc::Loop& loop_;
  std::unordered_map<restinio::connection_id_t, Connection> connections_;
  std::optional<asio::io_context> context_;
  // Answers come from the loop also when there is no listener and no connection any more.
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::unique_ptr<RestinioServer> server_;
  std::thread thread_;
};

}  // namespace boutique::http::internal
