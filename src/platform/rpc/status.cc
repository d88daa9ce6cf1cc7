// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/status.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace boutique::rpc {
namespace {

// A message travels in a header, and peers refuse more than 8 KiB of those; its bytes may be sent as three each.
constexpr std::size_t kLongestMessage = 1024;

std::string Shortened(absl::string_view message) {
  if (message.size() <= kLongestMessage) return std::string(message);
  std::size_t end = kLongestMessage;
  // Not within a character: UTF-8 has at most three bytes after the first.
  while (end > kLongestMessage - 3 && (static_cast<unsigned char>(message[end]) & 0xc0) == 0x80) --end;
  return absl::StrCat(message.substr(0, end), "…");
}

}  // namespace

absl::Status FromGrpc(const grpc::Status& status) {
  const int code = status.error_code();
  if (code >= 0 && code <= 16) return absl::Status(static_cast<absl::StatusCode>(code), status.error_message());
  // The public paymentservice refuses cards with this number, as if it were HTTP.
  if (code == 400) return absl::InvalidArgumentError(status.error_message());
  return absl::UnknownError(absl::StrCat("status ", code, ": ", status.error_message()));
}

grpc::Status ToGrpc(const absl::Status& status) {
  const bool is_like_grpc = absl::IsCancelled(status) && status.message() == kUnseenCall;
  const std::string message = is_like_grpc ? "the call was cancelled" : Shortened(status.message());
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message);
}

}  // namespace boutique::rpc
