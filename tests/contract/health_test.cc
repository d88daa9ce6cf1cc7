// SPDX-License-Identifier: Apache-2.0
#include <grpcpp/support/sync_stream.h>

#include <cstdlib>
#include <set>

#include "absl/strings/match.h"
#include "contract/goods.h"
#include "contract/shop.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1alpha/reflection.grpc.pb.h"

namespace boutique::contract {
namespace {

namespace health = ::grpc::health::v1;
namespace reflection = ::grpc::reflection::v1alpha;

absl::StatusOr<health::HealthCheckResponse> HealthOf(const std::string& server, const std::string& service) {
  grpc::ClientContext context;
  Prepare(&context, {});
  health::HealthCheckRequest request;
  request.set_service(service);
  health::HealthCheckResponse response;
  const grpc::Status status = health::Health::NewStub(ChannelTo(server))->Check(&context, request, &response);
  if (!status.ok()) return StatusFrom(status);
  return response;
}

// What the server that serves `service` answers to one question.
absl::StatusOr<reflection::ServerReflectionResponse> Reflect(const std::string& service,
                                                             const reflection::ServerReflectionRequest& request) {
  grpc::ClientContext context;
  Prepare(&context, {});
  const auto stub = reflection::ServerReflection::NewStub(ChannelTo(service));
  const auto stream = stub->ServerReflectionInfo(&context);
  reflection::ServerReflectionResponse response;
  stream->Write(request);
  const bool answered = stream->Read(&response);
  stream->WritesDone();
  const grpc::Status status = stream->Finish();
  if (!status.ok() || !answered) return StatusFrom(status);
  return response;
}

// CONTRACT_WHOLE is set where nothing may be left out.
TEST_CASE("the suite was given a shop to test", "[health]") {
  const char* const whole = std::getenv("CONTRACT_WHOLE");
  CHECK(GivenServices().size() >= (whole != nullptr && *whole != '\0' ? 10 : 1));
}

TEST_CASE("every process says that it serves", "[health]") {
  for (const std::string& service : GivenServices()) {
    CAPTURE(service);
    REQUIRE_OK(CheckLives(service));
  }
}

TEST_CASE("D13: each service says by its name whether it can work", "[health][ours]") {
  for (const std::string& service : GivenServices()) {
    CAPTURE(service);
    const auto named = HealthOf(service, service);
    REQUIRE_OK(named);
    CHECK(named->status() == health::HealthCheckResponse::SERVING);
    CHECK_CODE(HealthOf(service, "hipstershop.NoSuchService"), kNotFound);
  }
}

TEST_CASE("reflection lists the services and describes them", "[health][ours]") {
  for (const std::string& service : GivenServices()) {
    CAPTURE(service);
    reflection::ServerReflectionRequest request;
    request.set_list_services("*");
    const auto listed = Reflect(service, request);
    REQUIRE_OK(listed);
    std::set<std::string> names;
    for (const auto& each : listed->list_services_response().service()) names.insert(each.name());
    CHECK(names.count(service) == 1);
    CHECK(names.count("grpc.health.v1.Health") == 1);

    request.set_file_containing_symbol(service);
    const auto described = Reflect(service, request);
    REQUIRE_OK(described);
    bool found = false;
    for (const std::string& file : described->file_descriptor_response().file_descriptor_proto()) {
      found = found || absl::StrContains(file, service.substr(service.find('.') + 1));
    }
    CHECK(found);
  }
}

TEST_CASE("a method that nobody has is unimplemented", "[health]") {
  for (const std::string& service : GivenServices()) {
    CAPTURE(service);
    CHECK_CODE(CallRaw(service, "NoSuchMethod", ""), kUnimplemented);
  }
}

}  // namespace
}  // namespace boutique::contract
