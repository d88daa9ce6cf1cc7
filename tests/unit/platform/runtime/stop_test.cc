// SPDX-License-Identifier: Apache-2.0
// How a process stops: nothing that it has accepted is lost.
#include <future>
#include <mutex>
#include <thread>

#include "scripted_module.h"
#include "unit/platform/rpc/chain.h"
#include "unit/platform/rpc/gate.h"

namespace boutique::runtime {
namespace {

using Health = grpc::health::v1::HealthCheckResponse;

// What happened, in its order; safe from any thread.
class Journal {
 public:
  void Note(std::string what) {
    const std::lock_guard lock(mutex_);
    order_.push_back(std::move(what));
  }
  std::vector<std::string> order() const {
    const std::lock_guard lock(mutex_);
    return order_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> order_;
};

struct NotesItsEnd {
  NotesItsEnd(Journal& journal, std::string what) : journal(journal), what(std::move(what)) {}
  ~NotesItsEnd() { journal.Note(what); }
  Journal& journal;
  const std::string what;
};

TEST_CASE("what starts first stops last, and what is owned goes when all has stopped", "[stop]") {
  Journal journal;
  Script script;
  script.install = [&](Host& host) {
    for (const char* part : {"store", "shop"}) {
      host.Own<NotesItsEnd>(journal, absl::StrCat(part, " gone"));
      host.Keep(std::make_unique<NotesItsEnd>(journal, absl::StrCat(part, "'s keeper gone")));
      host.OnStart([&journal, part] {
        journal.Note(absl::StrCat(part, " starts"));
        return absl::OkStatus();
      });
      host.OnDrain([&journal, part](std::chrono::nanoseconds grace) {
        journal.Note(absl::StrCat(part, " drains within ", grace / 1s));
      });
      host.OnStop([&journal, part] { journal.Note(absl::StrCat(part, " stops")); });
    }
    return absl::OkStatus();
  };
  Bureau bureau(script);
  REQUIRE(bureau.Start({"--shutdown-grace=7s"}).empty());
  bureau.process.Stop();
  CHECK(journal.order() == std::vector<std::string>{"store starts", "shop starts", "shop drains within 7",
                                                    "store drains within 7", "shop stops", "store stops",
                                                    "shop's keeper gone", "shop gone", "store's keeper gone",
                                                    "store gone"});
}

TEST_CASE("a process that stops says so first, and still serves while the delay lasts", "[stop]") {
  Bureau bureau;
  REQUIRE(bureau.Start({"--drain-delay=3s"}).empty());
  REQUIRE(bureau.Health("hipstershop.CurrencyService").value() == Health::SERVING);
  std::thread stop([&] { bureau.process.Stop(); });
  CHECK(testing::Eventually([&] {
    const auto health = bureau.Health("hipstershop.CurrencyService");
    return health.ok() && *health == Health::NOT_SERVING;
  }));
  CHECK(bureau.Health("").value() == Health::SERVING);
  CHECK(bureau.Call().ok());
  stop.join();
  CHECK_CODE(bureau.Call(), kUnavailable);
}

// A process of two services, one of which calls the other and waits at a gate before it does.
struct Shop {
  explicit Shop(bool one_process)
      : process({.name = "boutique", .summary = "", .grpc_port = 7000, .one_process = one_process}),
        one_process(one_process) {
    ads.answer = [](const rpc::CallContext&, const pb::AdRequest&) -> rpc::Reply<pb::AdResponse> {
      co_return pb::AdResponse();
    };
    recommendations.answer = [this](const rpc::CallContext& call, const pb::ListRecommendationsRequest&)
        -> rpc::Reply<pb::ListRecommendationsResponse> {
      ++handled;
      co_await gate.Pass(call);
      const auto reply = co_await client->Call<&pb::AdService::Stub::AsyncGetAds>(call, pb::AdRequest());
      if (!reply.ok()) co_return reply.status();
      co_return pb::ListRecommendationsResponse();
    };
    Script::Next().install = [this](Host& host) {
      client = &host.ClientOf<pb::AdService>("AD_SERVICE_ADDR");
      host.Serve<pb::AdService>(ads);
      host.Serve<pb::RecommendationService>(recommendations);
      return absl::OkStatus();
    };
    process.Add<ScriptedModule>();
  }
  std::vector<std::string> Start() {
    return MessagesOf(process.Start(
        {one_process ? "--grpc-port=0" : "--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1", "--loops=2"}));
  }

  std::atomic<int> handled{0};
  rpc::Gate gate;
  rpc::FakeAds ads;
  rpc::FakeRecommendations recommendations;
  rpc::Client<pb::AdService>* client = nullptr;
  Process process;
  bool one_process;
};

TEST_CASE("calls that were accepted are answered, with the calls that they make, and new ones are refused", "[stop]") {
  Shop shop(GENERATE(true, false));
  REQUIRE(shop.Start().empty());
  const auto stub = pb::RecommendationService::NewStub(rpc::Connect(shop.process.AddressOf("grpc")));
  const auto recommend = [&stub] {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 20s);
    pb::ListRecommendationsResponse response;
    return rpc::FromGrpc(stub->ListRecommendations(&context, {}, &response));
  };
  std::vector<std::future<absl::Status>> accepted;
  for (int i = 0; i < 20; ++i) accepted.push_back(std::async(std::launch::async, recommend));
  REQUIRE(shop.gate.Await(20));
  std::thread stop([&] { shop.process.Stop(); });
  CHECK(testing::Eventually([&] {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 200ms);  // it may be accepted still, and waits at the gate
    pb::ListRecommendationsResponse response;
    return stub->ListRecommendations(&context, {}, &response).error_code() == grpc::StatusCode::UNAVAILABLE;
  }));
  shop.gate.Open();
  for (auto& call : accepted) {
    const absl::Status status = call.get();
    CHECK(status == absl::OkStatus());
  }
  stop.join();
  CHECK(shop.ads.calls >= 20);
}

TEST_CASE("a process starts, serves and stops under load again and again, losing nothing", "[stop]") {
  for (int round = 0; round < 10; ++round) {
    Shop shop(true);
    shop.gate.Open();
    REQUIRE(shop.Start().empty());
    const auto stub = pb::RecommendationService::NewStub(rpc::Connect(shop.process.AddressOf("grpc")));
    std::atomic<int> served{0};
    std::atomic<int> lost{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; ++i) {
      callers.emplace_back([&] {
        absl::Status status;
        while (status.ok()) {
          grpc::ClientContext context;
          pb::ListRecommendationsResponse response;
          status = rpc::FromGrpc(stub->ListRecommendations(&context, {}, &response));
          if (status.ok()) ++served;
        }
        // What was not accepted is refused by gRPC itself, in one of these ways.
        if (!absl::IsUnavailable(status) && !absl::IsCancelled(status)) ++lost;
      });
    }
    CHECK(testing::Eventually([&] { return served > 50; }));
    shop.process.Stop();
    for (auto& caller : callers) caller.join();
    CHECK(lost == 0);
    CHECK(shop.handled == served);
    CHECK(shop.ads.calls >= served);
  }
}

}  // namespace
}  // namespace boutique::runtime
