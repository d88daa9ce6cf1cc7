// SPDX-License-Identifier: Apache-2.0
// Two order services that keep their orders in one PostgreSQL.
#include <grpcpp/create_channel.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "hipstershop/order.grpc.pb.h"
#include "support/catch.h"
#include "support/postgres_server.h"
#include "support/running_program.h"
#include "unit/services/order/sample_order.h"

namespace boutique::testing {
namespace {

namespace pb = ::hipstershop;

constexpr int kOrders = 120;

class Replica {
 public:
  explicit Replica(const std::string& url)
      : program_("orderservice", {"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1", "--data-dir=:memory:"},
                 {"DATABASE_URL=" + url}),
        stub_(pb::OrderService::NewStub(
            grpc::CreateChannel(program_.AddressOf("grpc"), grpc::InsecureChannelCredentials()))) {}

  // Creates a share of the orders, which are stale at once. How many were new.
  int Create(int first, int step) {
    int created = 0;
    for (int i = first; i < kOrders; i += step) {
      pb::CreateOrderRequest request;
      *request.mutable_order() = order::SampleOrder("ann", "key-of-many-" + std::to_string(1000 + i));
      request.set_lease_ms(1);
      pb::CreateOrderResponse reply;
      grpc::ClientContext context;
      if (stub_->CreateOrder(&context, request, &reply).ok() && reply.created()) ++created;
    }
    return created;
  }
  // Claims, a few at a time, until nothing is stale any more.
  void ClaimAll(std::vector<std::string>* ids) {
    pb::ClaimStaleRequest request;
    request.set_most(5);
    request.set_lease_ms(300000);
    while (true) {
      pb::ClaimStaleResponse reply;
      grpc::ClientContext context;
      if (!stub_->ClaimStale(&context, request, &reply).ok() || reply.orders().empty()) return;
      for (const pb::Order& order : reply.orders()) ids->push_back(order.order_id());
    }
  }
  Outcome Stop() { return program_.Stop(); }

 private:
  RunningProgram program_;
  const std::unique_ptr<pb::OrderService::Stub> stub_;
};

TEST_CASE("two order services share one PostgreSQL, and each stale order goes to one of them", "[mesh]") {
  const std::string url = PostgresServer::Shared().NewDatabase();
  Replica first(url);
  Replica second(url);
  int created_by_first = 0;
  int created_by_second = 0;
  {
    // Each tries to create every order: of one key there is one, whoever came first.
    const std::jthread one([&] { created_by_first = first.Create(0, 1); });
    const std::jthread other([&] { created_by_second = second.Create(0, 1); });
  }
  CHECK(created_by_first + created_by_second == kOrders);
  CHECK(PostgresServer::Do(url, "SELECT count(*) FROM orders.orders") == std::to_string(kOrders));

  std::vector<std::string> claimed_by_first;
  std::vector<std::string> claimed_by_second;
  {
    const std::jthread one([&] { first.ClaimAll(&claimed_by_first); });
    const std::jthread other([&] { second.ClaimAll(&claimed_by_second); });
  }
  // One may have found nothing free at the very moment when the other held the last.
  first.ClaimAll(&claimed_by_first);
  std::set<std::string> claimed(claimed_by_first.begin(), claimed_by_first.end());
  claimed.insert(claimed_by_second.begin(), claimed_by_second.end());
  CHECK(claimed.size() == kOrders);
  CHECK(claimed_by_first.size() + claimed_by_second.size() == kOrders);
  CHECK(PostgresServer::Do(url, "SELECT DISTINCT epoch FROM orders.orders") == "2");
  CHECK(first.Stop().status == 0);
  CHECK(second.Stop().status == 0);
}

TEST_CASE("a wrong password is one line of the log, without it, and no load", "[mesh]") {
  RunningProgram program("orderservice",
                         {"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1", "--data-dir=:memory:"},
                         {"DATABASE_URL=" + PostgresServer::Shared().Url("postgres", "shop", "hush")});
  const Outcome outcome = program.Stop();
  CHECK(outcome.status == 0);
  CHECK(outcome.errors.find("hush") == std::string::npos);
  const std::size_t line = outcome.errors.find("password authentication failed");
  REQUIRE(line != std::string::npos);
  CHECK(outcome.errors.find("password authentication failed", line + 1) == std::string::npos);
}

}  // namespace
}  // namespace boutique::testing
