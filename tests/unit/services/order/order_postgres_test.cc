// SPDX-License-Identifier: Apache-2.0
// The order service as a program that keeps its orders in PostgreSQL, on good days and bad ones.
#include <iostream>

#include "hipstershop/order.grpc.pb.h"
#include "sample_order.h"
#include "services/order/order_module.h"
#include "services/order/order_schema.h"
#include "support/catch.h"
#include "support/postgres_server.h"
#include "support/service_program.h"
#include "unit/platform/runtime/environment.h"

namespace boutique::order {
namespace {

using Health = grpc::health::v1::HealthCheckResponse;
using Program = testing::ServiceProgram<OrderModule, pb::OrderService>;
using Stub = pb::OrderService::Stub;
using testing::PostgresServer;

// A program whose DATABASE_URL is this.
struct AtUrl {
  explicit AtUrl(const std::string& url) : variable("DATABASE_URL", url) {}
  grpc::Status Create(const std::string& key = "key-0123456789abcdef") {
    pb::CreateOrderRequest request;
    *request.mutable_order() = SampleOrder("ann", key);
    pb::CreateOrderResponse created;
    return program.Call(&Stub::CreateOrder, request, &created);
  }
  const runtime::Environment variable;
  Program program{":memory:"};
};

TEST_CASE("a restarted order service finds its orders in PostgreSQL", "[order]") {
  const std::string url = PostgresServer::Shared().NewDatabase();
  {
    AtUrl first(url);
    REQUIRE(first.program.problems.empty());
    CHECK(first.program.Becomes(Health::SERVING));
    REQUIRE(first.Create().ok());
  }
  AtUrl second(url);
  REQUIRE(second.program.problems.empty());
  pb::GetOrderRequest get;
  get.set_user_id("ann");
  get.set_idempotency_key("key-0123456789abcdef");
  pb::Order found;
  REQUIRE(second.program.Call(&Stub::GetOrder, get, &found).ok());
  CHECK(found.shipping_address().street_address() == "1600 Amphitheatre Parkway");
  CHECK(PostgresServer::Do(url, "SELECT user_id, state FROM orders.orders") == "ann|1");
}

TEST_CASE("an order service that PostgreSQL refuses runs, is not ready, and says nothing of it to callers", "[order]") {
  PostgresServer& server = PostgresServer::Shared();
  for (const std::string& url : {server.Url("postgres", "shop", "wrong"), server.Url("no_such_database")}) {
    AtUrl order(url);
    REQUIRE(order.program.problems.empty());
    CHECK(order.program.Becomes(Health::NOT_SERVING));
    const grpc::Status refused = order.Create();
    CHECK(refused.error_code() == grpc::StatusCode::UNAVAILABLE);
    CHECK(refused.error_message() == "the database cannot be reached");
  }
}

TEST_CASE("a DATABASE_URL that is none stops the start with one line that does not quote it", "[order]") {
  AtUrl order("mysql://shop:secret@db/shop");
  REQUIRE(order.program.problems.size() == 1);
  CHECK(order.program.problems[0] ==
        absl::InvalidArgumentError("DATABASE_URL: is no postgresql://user:password@host:port/database"));
}

TEST_CASE("orders of a newer version stop the start with one line", "[order]") {
  const std::string url = PostgresServer::Shared().NewDatabase();
  REQUIRE(AtUrl(url).program.problems.empty());
  PostgresServer::Do(url, "UPDATE orders.schema_version SET version = 99");
  AtUrl order(url);
  REQUIRE(order.program.problems.size() == 1);
  CHECK_CODE(order.program.problems[0], kFailedPrecondition);
  CHECK(order.program.problems[0].message().find("was written by a newer version") != absl::string_view::npos);
  CHECK(order.program.problems[0].message().find("open") == absl::string_view::npos);
}

TEST_CASE("D13: while its PostgreSQL is gone the order service is not ready, and then it is again", "[order]") {
  PostgresServer server({.durable = true});
  AtUrl order(server.NewDatabase());
  REQUIRE(order.program.problems.empty());
  REQUIRE(order.program.Becomes(Health::SERVING));
  REQUIRE(order.Create().ok());
  server.Kill();
  CHECK(order.program.Becomes(Health::NOT_SERVING));
  CHECK(order.Create("another-0123456789abcdef").error_code() == grpc::StatusCode::UNAVAILABLE);
  server.Start();
  CHECK(order.program.Becomes(Health::SERVING));
  CHECK(order.Create("another-0123456789abcdef").ok());
}

TEST_CASE("D13: while PostgreSQL's disk is full the order service is not ready, and it loses no order", "[order]") {
  PostgresServer server({.disk_mebibytes = 64});
  if (server.disk() == nullptr) {
    std::cerr << "left out: nobody may mount here, so there is no disk to fill\n";
    return;
  }
  AtUrl order(server.NewDatabase());
  REQUIRE(order.program.problems.empty());
  REQUIRE(order.program.Becomes(Health::SERVING));
  int accepted = 0;
  const auto create = [&] {
    const grpc::Status status = order.Create("key-0123456789abcd" + std::to_string(1000 + accepted));
    if (status.ok()) ++accepted;
    return status;
  };
  REQUIRE(create().ok());
  server.disk()->Fill();
  grpc::Status refused;
  for (int i = 0; i < 1000 && refused.ok(); ++i) refused = create();
  CHECK(refused.error_code() == grpc::StatusCode::UNAVAILABLE);
  CHECK(order.program.Becomes(Health::NOT_SERVING));
  server.disk()->Clear();
  CHECK(order.program.Becomes(Health::SERVING));
  CHECK(create().ok());
  for (int i = 0; i < accepted; ++i) {
    pb::GetOrderRequest get;
    get.set_user_id("ann");
    get.set_idempotency_key("key-0123456789abcd" + std::to_string(1000 + i));
    pb::Order found;
    CHECK(order.program.Call(&Stub::GetOrder, get, &found).ok());
  }
}

}  // namespace
}  // namespace boutique::order
