// SPDX-License-Identifier: Apache-2.0
// The order service as a program: across a restart, with data that it cannot use, and on a full disk.
#include "services/order/order_module.h"

#include <fstream>

#include "hipstershop/order.grpc.pb.h"
#include "sample_order.h"
#include "support/catch.h"
#include "support/full_disk.h"
#include "support/service_program.h"
#include "support/temporary_folder.h"

namespace boutique::order {
namespace {

using Health = grpc::health::v1::HealthCheckResponse;
using Program = testing::ServiceProgram<OrderModule, pb::OrderService>;
using Stub = pb::OrderService::Stub;

pb::CreateOrderRequest NewOrder(const std::string& key = "key-0123456789abcdef") {
  pb::CreateOrderRequest request;
  *request.mutable_order() = SampleOrder("ann", key);
  return request;
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a restarted order service finds its orders", "[order]") {
  const auto create = NewOrder();
  {
    Program first(path());
    REQUIRE(first.problems.empty());
    pb::CreateOrderResponse created;
    REQUIRE(first.Call(&Stub::CreateOrder, create, &created).ok());
  }
  Program second(path());
  REQUIRE(second.problems.empty());
  pb::GetOrderRequest get;
  get.set_user_id("ann");
  get.set_order_id(create.order().order_id());
  pb::Order found;
  REQUIRE(second.Call(&Stub::GetOrder, get, &found).ok());
  CHECK(found.shipping_address().street_address() == "1600 Amphitheatre Parkway");
  CHECK(found.state() == pb::PENDING);
}

TEST_CASE_METHOD(testing::TemporaryFolder, "orders.db that is no database stops the start with one line", "[order]") {
  std::ofstream(File("orders.db")) << std::string(4096, 'x');
  Program program(path());
  REQUIRE(program.problems.size() == 1);
  CHECK(program.problems[0] == absl::FailedPreconditionError(File("orders.db") + ": is not a SQLite database"));
}

TEST_CASE_METHOD(testing::TemporaryFolder, "D13: on a full disk the order service is not ready, and then it is again",
                 "[order]") {
  Program program(path());
  REQUIRE(program.problems.empty());
  REQUIRE(program.Becomes(Health::SERVING));
  pb::CreateOrderResponse created;
  {
    const testing::FullDisk full;
    const auto refused = program.Call(&Stub::CreateOrder, NewOrder(), &created);
    CHECK(refused.error_code() == grpc::StatusCode::UNAVAILABLE);
    CHECK(refused.error_message().find(path()) == std::string::npos);
    CHECK(program.Becomes(Health::NOT_SERVING));
  }
  CHECK(program.Becomes(Health::SERVING));
  CHECK(program.Call(&Stub::CreateOrder, NewOrder(), &created).ok());
  CHECK(created.created());
}

}  // namespace
}  // namespace boutique::order
