// SPDX-License-Identifier: Apache-2.0
#include "services/recommendation/recommendation_module.h"

#include <grpcpp/create_channel.h>

#include <set>
#include <string>

#include "hipstershop/recommendation.grpc.pb.h"
#include "support/catch.h"
#include "unit/services/recommendation/fake_catalog.h"

namespace boutique::recommendation {
namespace {

namespace pb = ::hipstershop;

TEST_CASE("the program needs to know where the catalog is", "[recommendation]") {
  runtime::Process process({.name = "recommendationservice", .grpc_port = 8080});
  process.Add<RecommendationModule>();
  const auto problems = process.Start({"--port=0", "--metrics-port=0"});
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].message().find("PRODUCT_CATALOG_SERVICE_ADDR") != absl::string_view::npos);
}

TEST_CASE("the program recommends what the catalog lists", "[recommendation]") {
  testing::FakeCatalog catalog;
  catalog.Sell({"A", "B", "C"});
  runtime::Process process({.name = "recommendationservice", .grpc_port = 8080});
  process.Add<RecommendationModule>();
  const std::string address = "--product-catalog-service-addr=" + catalog.address();
  REQUIRE(process.Start({"--port=0", "--metrics-port=0", address}).empty());

  const auto stub = pb::RecommendationService::NewStub(
      grpc::CreateChannel(process.AddressOf("grpc"), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  pb::ListRecommendationsRequest request;
  request.add_product_ids("B");
  pb::ListRecommendationsResponse reply;
  REQUIRE(stub->ListRecommendations(&context, request, &reply).ok());
  const std::set<std::string> ids(reply.product_ids().begin(), reply.product_ids().end());
  CHECK(ids == std::set<std::string>{"A", "C"});
}

}  // namespace
}  // namespace boutique::recommendation
