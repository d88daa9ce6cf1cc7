// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/problem.h"

#include <utility>
#include <vector>

#include "support/catch.h"

namespace boutique::gateway {
namespace {

TEST_CASE("every status of a call is an HTTP status with its own words", "[api]") {
  const std::vector<std::pair<absl::StatusCode, int>> table = {
      {absl::StatusCode::kInvalidArgument, 400},    {absl::StatusCode::kOutOfRange, 400},
      {absl::StatusCode::kUnauthenticated, 401},    {absl::StatusCode::kPermissionDenied, 403},
      {absl::StatusCode::kNotFound, 404},           {absl::StatusCode::kAlreadyExists, 409},
      {absl::StatusCode::kAborted, 409},            {absl::StatusCode::kFailedPrecondition, 422},
      {absl::StatusCode::kUnimplemented, 501},      {absl::StatusCode::kUnavailable, 503},
      {absl::StatusCode::kDeadlineExceeded, 503},   {absl::StatusCode::kCancelled, 503},
      {absl::StatusCode::kUnknown, 500},            {absl::StatusCode::kInternal, 500},
      {absl::StatusCode::kDataLoss, 500},
  };
  for (const auto& [code, status] : table) {
    const v1::Problem problem = ProblemOf(absl::Status(code, "redis at 10.0.0.7:6379 said no"));
    CAPTURE(status);
    CHECK(problem.status() == status);
    CHECK(problem.type() == "about:blank");
    CHECK(problem.title() == std::string(http::ReasonPhrase(status)));
    CHECK_FALSE(problem.detail().empty());
    CHECK(problem.DebugString().find("redis") == std::string::npos);
  }
}

TEST_CASE("an error about a field names it as the client wrote it", "[api]") {
  const v1::Problem problem = ProblemOf(absl::InvalidArgumentError("address.postal_code: is required"));
  CHECK(problem.type() == "urn:problem-type:boutique:invalid-input");
  REQUIRE(problem.errors_size() == 1);
  CHECK(problem.errors(0).field() == "address.postalCode");
  CHECK(problem.errors(0).detail() == "is required");
  CHECK(problem.detail() == "address.postalCode: is required");
  CHECK(ProblemOf(absl::OutOfRangeError("page_size: is odd"), FieldNames::kOfQuery).errors(0).field() == "page_size");
}

TEST_CASE("a message of another form is shown to nobody", "[api]") {
  for (const char* const message : {"cannot open /var/lib/x: permission denied", ": x", "x", ""}) {
    const v1::Problem problem = ProblemOf(absl::InvalidArgumentError(message));
    CAPTURE(message);
    CHECK(problem.errors_size() == 0);
    CHECK(problem.detail() == "The request is not what this method takes.");
  }
}

TEST_CASE("a field's prefix can be taken away", "[api]") {
  CHECK(WithoutPrefix(absl::OutOfRangeError("item.quantity: no"), "item.") == absl::OutOfRangeError("quantity: no"));
  CHECK(WithoutPrefix(absl::NotFoundError("item"), "item.") == absl::NotFoundError("item"));
}

TEST_CASE("an answer that may be repeated says when", "[api]") {
  for (const int status : {429, 503}) {
    CHECK_FALSE(ProblemAnswer(ProblemOf(status), "id").HeaderOf("Retry-After").empty());
  }
  const http::Response response = ProblemAnswer(ProblemOf(404), "id-1");
  CHECK(response.HeaderOf("Retry-After").empty());
  CHECK(response.HeaderOf("Content-Type") == "application/problem+json");
  CHECK(response.body ==
        R"({"type":"about:blank","title":"Not Found","status":404,)"
        R"("detail":"There is nothing by that name here.","instance":"id-1","errors":[]})");
}

}  // namespace
}  // namespace boutique::gateway
