// SPDX-License-Identifier: Apache-2.0
// What a page of five in-process calls (three side by side, two after) costs beside five bare completion-queue echoes
// of the same shape: CPU of the whole process, rounds of both interleaved in one run.
// usage: benchmark_fanout [PAGES_PER_ROUND]
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <memory>
#include <semaphore>
#include <vector>

#include "absl/strings/numbers.h"
#include "hipstershop/currency.grpc.pb.h"
#include "platform/coro/when_all.h"
#include "platform/rpc/client.h"
#include "platform/rpc/server.h"
#include "platform/telemetry/metrics.h"

namespace boutique::benchmark {
namespace pb = ::hipstershop;

// Not in an unnamed namespace: its methods are arguments of the runtime's templates.
struct EchoService {
  rpc::Reply<pb::GetSupportedCurrenciesResponse> GetSupportedCurrencies(const rpc::CallContext&, const pb::Empty&) {
    co_return pb::GetSupportedCurrenciesResponse();
  }
  rpc::Reply<pb::Money> Convert(const rpc::CallContext&, const pb::CurrencyConversionRequest& request) {
    co_return request.from();
  }
  rpc::Reply<pb::ConvertManyResponse> ConvertMany(const rpc::CallContext&, const pb::ConvertManyRequest&) {
    co_return pb::ConvertManyResponse();
  }
};

namespace {

std::int64_t CpuNanos() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

pb::CurrencyConversionRequest Request() {
  pb::CurrencyConversionRequest request;
  request.mutable_from()->set_currency_code("USD");
  request.mutable_from()->set_units(19);
  request.set_to_code("EUR");
  return request;
}

// ---- bare: server and client on one queue and one thread, no coroutine, no metric, no deadline ----

struct Tag {
  virtual ~Tag() = default;
  virtual void Fire(bool ok) = 0;
};

class BareCall final : public Tag {
 public:
  BareCall(pb::CurrencyService::AsyncService& service, grpc::ServerCompletionQueue& queue)
      : service_(service), queue_(queue) {
    service_.RequestConvert(&context_, &request_, &writer_, &queue_, &queue_, static_cast<Tag*>(this));
  }
  void Fire(bool ok) override {
    if (!ok || answered_) {
      delete this;
      return;
    }
    new BareCall(service_, queue_);
    answered_ = true;
    writer_.Finish(request_.from(), grpc::Status::OK, static_cast<Tag*>(this));
  }

 private:
  pb::CurrencyService::AsyncService& service_;
  grpc::ServerCompletionQueue& queue_;
  grpc::ServerContext context_;
  pb::CurrencyConversionRequest request_;
  grpc::ServerAsyncResponseWriter<pb::Money> writer_{&context_};
  bool answered_ = false;
};

class Bare {
 public:
  Bare() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    queue_ = builder.AddCompletionQueue();
    server_ = builder.BuildAndStart();
    new BareCall(service_, *queue_);
    stub_ = pb::CurrencyService::NewStub(server_->InProcessChannel({}));
  }
  ~Bare() {
    server_->Shutdown();
    queue_->Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_->Next(&tag, &ok)) static_cast<Tag*>(tag)->Fire(false);
  }
  void Page() {
    Await(3);
    Await(1);
    Await(1);
  }

 private:
  struct Echo final : Tag {
    explicit Echo(int& left) : left(left) {}
    void Fire(bool) override { --left; }
    int& left;
    grpc::ClientContext context;
    pb::Money response;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<pb::Money>> reader;
  };
  void Await(int count) {
    int left = count;
    std::vector<std::unique_ptr<Echo>> echoes;
    for (int i = 0; i < count; ++i) {
      auto& echo = *echoes.emplace_back(std::make_unique<Echo>(left));
      echo.reader = stub_->AsyncConvert(&echo.context, request_, queue_.get());
      echo.reader->Finish(&echo.response, &echo.status, static_cast<Tag*>(&echo));
    }
    void* tag = nullptr;
    bool ok = false;
    while (left > 0 && queue_->Next(&tag, &ok)) static_cast<Tag*>(tag)->Fire(ok);
  }

  const pb::CurrencyConversionRequest request_ = Request();
  pb::CurrencyService::AsyncService service_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<pb::CurrencyService::Stub> stub_;
};

// ---- ours: the runtime as it is, with deadlines, traces, metrics, admission and retries ----

class Ours {
 public:
  Ours() {
    using Async = pb::CurrencyService::AsyncService;
    server_.Add<pb::CurrencyService>(
        service_, rpc::Method<&Async::RequestGetSupportedCurrencies, &EchoService::GetSupportedCurrencies>{},
        rpc::Method<&Async::RequestConvert, &EchoService::Convert>{},
        rpc::Method<&Async::RequestConvertMany, &EchoService::ConvertMany>{});
    const auto started = server_.Start({}, [this] { client_.Connect(server_.InProcessChannel(), metrics_); });
    if (!started.ok()) std::abort();
    loop_ = server_.loops().front();
  }
  ~Ours() { server_.Shutdown(std::chrono::seconds(1)); }

  // Runs the pages one after the other on the loop.
  void Pages(int count) {
    std::binary_semaphore done(0);
    loop_->Post([&] { coro::Spawn(Several(count), [&] { done.release(); }); });
    done.acquire();
  }

 private:
  coro::Task<void> Several(int count) {
    for (int i = 0; i < count; ++i) {
      rpc::CallContext call = rpc::Begin(*loop_, std::chrono::seconds(10));
      telemetry::StartSpan(&call.trace, &loop_->random());
      const auto page = co_await Page(call);
      if (!page.ok()) std::abort();
    }
  }
  rpc::Reply<bool> Page(const rpc::CallContext& call) {
    auto [a, b, c] = co_await coro::WhenAll(Echo(call), Echo(call), Echo(call));
    if (!a.ok() || !b.ok() || !c.ok()) co_return absl::InternalError("an echo failed");
    const auto d = co_await Echo(call);
    if (!d.ok()) co_return d.status();
    const auto e = co_await Echo(call);
    if (!e.ok()) co_return e.status();
    co_return true;
  }
  rpc::Reply<pb::Money> Echo(const rpc::CallContext& call) {
    return client_.Call<&pb::CurrencyService::Stub::AsyncConvert>(call, request_);
  }

  const pb::CurrencyConversionRequest request_ = Request();
  telemetry::Metrics metrics_;
  EchoService service_;
  rpc::Client<pb::CurrencyService> client_;
  rpc::Server server_{rpc::ServerOptions{}, metrics_};
  rpc::Loop* loop_ = nullptr;
};

}  // namespace

int Main(int argc, char** argv) {
  int pages = 2000;
  if (argc > 1 && !absl::SimpleAtoi(argv[1], &pages)) return 2;
  std::vector<double> ratios;
  double bare_us = 0;
  double our_us = 0;
  constexpr int kRounds = 7;
  Bare bare;
  Ours ours;
  for (int round = -1; round < kRounds; ++round) {
    const std::int64_t start = CpuNanos();
    for (int i = 0; i < pages; ++i) bare.Page();
    const std::int64_t middle = CpuNanos();
    ours.Pages(pages);
    const std::int64_t end = CpuNanos();
    if (round < 0) continue;  // warming up
    bare_us += static_cast<double>(middle - start) / 1e3 / pages / kRounds;
    our_us += static_cast<double>(end - middle) / 1e3 / pages / kRounds;
    ratios.push_back(static_cast<double>(end - middle) / static_cast<double>(middle - start));
  }
  std::sort(ratios.begin(), ratios.end());
  std::printf("%-24s %12s %12s %8s\n", "page of 3 + 1 + 1 calls", "bare us CPU", "ours us CPU", "ratio");
  std::printf("%-24s %12.1f %12.1f %8.2f\n", "in one process", bare_us, our_us, ratios[ratios.size() / 2]);
  return 0;
}

}  // namespace boutique::benchmark

int main(int argc, char** argv) { return boutique::benchmark::Main(argc, argv); }
