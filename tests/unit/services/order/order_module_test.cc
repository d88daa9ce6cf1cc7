// SPDX-License-Identifier: Apache-2.0
// The order service as a program: over a socket, across a restart, and with data that it cannot use.
#include "services/order/order_module.h"

#include <grpcpp/create_channel.h>

#include <fstream>

#include "hipstershop/order.grpc.pb.h"
#include "sample_order.h"
#include "support/catch.h"
#include "support/temporary_folder.h"

namespace boutique::order {
namespace {

struct Program {
  explicit Program(const std::string& data) : process({.name = "orderservice", .grpc_port = 7080}) {
    process.Add<OrderModule>();
    problems = process.Start({"--port=0", "--metrics-port=0", "--listen-addr=127.0.0.1", "--data-dir=" + data});
    if (!problems.empty()) return;
    stub = pb::OrderService::NewStub(grpc::CreateChannel(process.AddressOf("grpc"), grpc::InsecureChannelCredentials()));
  }
  runtime::Process process;
  std::vector<absl::Status> problems;
  std::unique_ptr<pb::OrderService::Stub> stub;
};

TEST_CASE_METHOD(testing::TemporaryFolder, "a restarted order service finds its orders", "[order]") {
  pb::CreateOrderRequest create;
  *create.mutable_order() = SampleOrder();
  {
    Program first(path());
    REQUIRE(first.problems.empty());
    grpc::ClientContext context;
    pb::CreateOrderResponse created;
    REQUIRE(first.stub->CreateOrder(&context, create, &created).ok());
  }
  Program second(path());
  REQUIRE(second.problems.empty());
  grpc::ClientContext context;
  pb::GetOrderRequest get;
  get.set_user_id("ann");
  get.set_order_id(create.order().order_id());
  pb::Order found;
  REQUIRE(second.stub->GetOrder(&context, get, &found).ok());
  CHECK(found.shipping_address().street_address() == "1600 Amphitheatre Parkway");
  CHECK(found.state() == pb::PENDING);
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a file that is no database stops the start with one line", "[order]") {
  std::ofstream(File("orders.db")) << std::string(4096, 'x');
  Program program(path());
  REQUIRE(program.problems.size() == 1);
  CHECK(program.problems[0] == absl::FailedPreconditionError(File("orders.db") + ": is not a SQLite database"));
}

}  // namespace
}  // namespace boutique::order
