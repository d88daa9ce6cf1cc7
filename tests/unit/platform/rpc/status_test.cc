// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/status.h"

#include <string>
#include <vector>

#include "chain.h"

namespace boutique::rpc {
namespace {

struct Row {
  int on_the_wire;
  absl::StatusCode ours;
  std::string message;
};

TEST_CASE("every code of gRPC, and any other number, has its meaning", "[status]") {
  using Code = absl::StatusCode;
  const std::vector<Row> table = {{1, Code::kCancelled, "m"},
                                  {2, Code::kUnknown, "m"},
                                  {3, Code::kInvalidArgument, "m"},
                                  {4, Code::kDeadlineExceeded, "m"},
                                  {5, Code::kNotFound, "m"},
                                  {6, Code::kAlreadyExists, "m"},
                                  {7, Code::kPermissionDenied, "m"},
                                  {8, Code::kResourceExhausted, "m"},
                                  {9, Code::kFailedPrecondition, "m"},
                                  {10, Code::kAborted, "m"},
                                  {11, Code::kOutOfRange, "m"},
                                  {12, Code::kUnimplemented, "m"},
                                  {13, Code::kInternal, "m"},
                                  {14, Code::kUnavailable, "m"},
                                  {15, Code::kDataLoss, "m"},
                                  {16, Code::kUnauthenticated, "m"},
                                  {400, Code::kInvalidArgument, "m"},
                                  {17, Code::kUnknown, "status 17: m"},
                                  {-1, Code::kUnknown, "status -1: m"},
                                  {500, Code::kUnknown, "status 500: m"}};
  for (const Row& row : table) {
    const absl::Status status = FromGrpc(grpc::Status(static_cast<grpc::StatusCode>(row.on_the_wire), "m"));
    CHECK(status == absl::Status(row.ours, row.message));
    const grpc::Status back = ToGrpc(status);
    CHECK(back.error_code() == static_cast<grpc::StatusCode>(row.ours));
    CHECK(back.error_message() == row.message);
  }
  CHECK(FromGrpc(grpc::Status::OK).ok());
  CHECK(ToGrpc(absl::OkStatus()).ok());
}

TEST_CASE("every error of a handler reaches the caller as it is", "[status]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  Chain chain(by);
  absl::Status failure;
  chain.recommendations.answer = [&](const CallContext&, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> { co_return failure; };
  for (int code = 1; code <= 16; ++code) {
    for (const char* message : {"", "no mug", "größer als 9 €\n\t%41\x01"}) {
      failure = absl::Status(static_cast<absl::StatusCode>(code), message);
      CHECK(chain.Recommend().status() == failure);
    }
  }
}

TEST_CASE("an error that repeats a large value is told in short, with its own code", "[status]") {
  const By by = GENERATE(By::kSocket, By::kInProcess);
  Chain chain(by);
  std::string unit = GENERATE("x", "ü", "\n");
  std::string huge = "to_code: '";
  while (huge.size() < 1'000'000) huge += unit;
  chain.recommendations.answer = [&](const CallContext&, const pb::ListRecommendationsRequest&)
      -> Reply<pb::ListRecommendationsResponse> { co_return absl::InvalidArgumentError(huge); };
  const auto reply = chain.Recommend();
  CHECK_CODE(reply, kInvalidArgument);
  CHECK(reply.status().message().size() <= 1100);
  CHECK(reply.status().message().substr(0, 10) == "to_code: '");
  CHECK(reply.status().message().substr(reply.status().message().size() - 3) == "…");
}

TEST_CASE("what is cut from a message is never half a character", "[status]") {
  for (std::size_t lead = 0; lead < 8; ++lead) {
    std::string message(lead, 'x');
    while (message.size() < 5000) message += "🍵";
    const std::string cut = ToGrpc(absl::InternalError(message)).error_message();
    CHECK(cut.size() < 1100);
    CHECK((cut.size() - lead - 3) % 4 == 0);
  }
  const std::string bytes(5000, '\x80');
  CHECK(ToGrpc(absl::InternalError(bytes)).error_message().size() < 1100);
}

}  // namespace
}  // namespace boutique::rpc
