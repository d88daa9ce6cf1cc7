// SPDX-License-Identifier: Apache-2.0
// A server of one method that streams what the test lays out, and a client of it.
// Belongs to one test; what handlers count is atomic.
#pragma once

#include <prometheus/text_serializer.h>

#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "chain.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "platform/rpc/client.h"
#include "platform/rpc/sleep.h"
#include "support/on_loop.h"
#include "support/prometheus_text.h"

namespace boutique::rpc {

namespace health = ::grpc::health::v1;
using Answer = health::HealthCheckResponse;
using Writer = StreamWriter<Answer>;

inline const std::string kWatch = R"(grpc_method="Watch",grpc_service="grpc.health.v1.Health",grpc_type="server_stream"})";

// A service that streams what the test lays out.
struct Streams {
  explicit Streams(By by = By::kInProcess) {
    service.watch = [](const CallContext&, Writer&) -> coro::Task<absl::Status> { co_return absl::OkStatus(); };
    server.Add<health::Health>(service, Method<&Async::RequestCheck, &Service::Check>{},
                               StreamMethod<&Async::RequestWatch, &Service::Watch>{});
    const auto port = server.Start(by == By::kSocket ? "127.0.0.1:0" : "", [&] {
      if (by == By::kInProcess) client.Connect(server.InProcessChannel(), metrics);
    });
    REQUIRE_OK(port);
    if (by == By::kSocket) client.Connect(Connect(absl::StrCat("127.0.0.1:", *port)), metrics);
    loop.Start();
  }
  ~Streams() {
    server.Shutdown(1s);
    loop.Stop();
  }

  // Serves `count` messages, 0, 1, 2, …: states have no other use here.
  void Serve(int count, absl::Status end = absl::OkStatus()) {
    service.watch = [count, end](const CallContext&, Writer& writer) -> coro::Task<absl::Status> {
      for (int i = 0; i < count; ++i) {
        Answer answer;
        answer.set_status(static_cast<Answer::ServingStatus>(i % 4));
        const bool sent = co_await writer.Write(answer);
        if (!sent) co_return absl::CancelledError("gone");
      }
      co_return end;
    };
  }
  // Serves one message, and then nothing until the caller goes.
  void ServeForEver() {
    service.watch = [this](const CallContext& call, Writer& writer) -> coro::Task<absl::Status> {
      const Answer answer;
      co_await writer.Write(answer);
      const bool elapsed = co_await Sleep(call, 1h);
      if (!elapsed) ++stopped;
      co_return absl::CancelledError("gone");
    };
  }

  template <typename Each>
  absl::Status Watch(const CallContext& call, Each each) {
    auto watched = client.Stream<&health::Health::Stub::AsyncWatch>(call, health::HealthCheckRequest(), std::move(each));
    return testing::RunOn(loop, std::move(watched));
  }
  template <typename Each>
  absl::Status Watch(Each each) {
    const CallContext call = Begin(loop, 20s);
    return Watch(call, std::move(each));
  }
  testing::PrometheusText Counted() {
    return testing::ReadPrometheusText(prometheus::TextSerializer().Serialize(metrics.registry()->Collect()));
  }

  using Async = health::Health::AsyncService;
  struct Service {
    std::function<coro::Task<absl::Status>(const CallContext&, Writer&)> watch;
    Reply<Answer> Check(const CallContext&, const health::HealthCheckRequest&) { co_return Answer(); }
    coro::Task<absl::Status> Watch(const CallContext& call, const health::HealthCheckRequest&, Writer& writer) {
      return watch(call, writer);
    }
  };

  std::atomic<int> stopped{0};  // handlers whose caller went
  telemetry::Metrics metrics;
  Service service;
  Client<health::Health> client;
  Server server{{}, metrics};
  Loop loop;
};

}  // namespace boutique::rpc
