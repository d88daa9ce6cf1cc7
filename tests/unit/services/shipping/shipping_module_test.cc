// SPDX-License-Identifier: Apache-2.0
// The shipping service as a program: across a restart, with data that it cannot use, and on a full disk.
#include "services/shipping/shipping_module.h"

#include <fstream>

#include "hipstershop/shipping.grpc.pb.h"
#include "support/catch.h"
#include "support/full_disk.h"
#include "support/service_program.h"
#include "support/temporary_folder.h"

namespace boutique::shipping {
namespace {

namespace pb = ::hipstershop;
using Health = grpc::health::v1::HealthCheckResponse;
using Program = testing::ServiceProgram<ShippingModule, pb::ShippingService>;
using Stub = pb::ShippingService::Stub;

pb::ShipOrderRequest Parcel() {
  pb::ShipOrderRequest request;
  request.set_idempotency_key("key-0123456789abcdef");
  request.mutable_address()->set_street_address("1 Main St");
  request.mutable_address()->set_city("Oslo");
  request.mutable_address()->set_country("Norway");
  request.add_items()->set_product_id("MUG");
  request.mutable_items(0)->set_quantity(1);
  return request;
}

TEST_CASE_METHOD(testing::TemporaryFolder, "a restarted shipping service finds its shipments", "[shipping]") {
  pb::ShipOrderResponse first_answer;
  {
    Program first(path());
    REQUIRE(first.problems.empty());
    REQUIRE(first.Call(&Stub::ShipOrder, Parcel(), &first_answer).ok());
  }
  Program second(path());
  REQUIRE(second.problems.empty());
  pb::ShipOrderResponse second_answer;
  REQUIRE(second.Call(&Stub::ShipOrder, Parcel(), &second_answer).ok());
  CHECK(second_answer.tracking_id() == first_answer.tracking_id());
}

TEST_CASE_METHOD(testing::TemporaryFolder, "shipments.db that is no database stops the start with one line",
                 "[shipping]") {
  std::ofstream(File("shipments.db")) << std::string(4096, 'x');
  Program program(path());
  REQUIRE(program.problems.size() == 1);
  CHECK(program.problems[0] == absl::FailedPreconditionError(File("shipments.db") + ": is not a SQLite database"));
}

TEST_CASE_METHOD(testing::TemporaryFolder,
                 "D13: on a full disk nothing is shipped, and the shipping service is not ready", "[shipping]") {
  Program program(path());
  REQUIRE(program.problems.empty());
  REQUIRE(program.Becomes(Health::SERVING));
  pb::ShipOrderResponse shipped;
  {
    const testing::FullDisk full;
    CHECK(program.Call(&Stub::ShipOrder, Parcel(), &shipped).error_code() == grpc::StatusCode::UNAVAILABLE);
    CHECK(program.Becomes(Health::NOT_SERVING));
  }
  CHECK(program.Becomes(Health::SERVING));
  CHECK(program.Call(&Stub::ShipOrder, Parcel(), &shipped).ok());
}

}  // namespace
}  // namespace boutique::shipping
