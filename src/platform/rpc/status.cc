// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/status.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace boutique::rpc {

absl::Status FromGrpc(const grpc::Status& status) {
  const int code = status.error_code();
  if (code >= 0 && code <= 16) return absl::Status(static_cast<absl::StatusCode>(code), status.error_message());
  // The public paymentservice refuses cards with this number, as if it were HTTP.
  if (code == 400) return absl::InvalidArgumentError(status.error_message());
  return absl::UnknownError(absl::StrCat("status ", code, ": ", status.error_message()));
}

grpc::Status ToGrpc(const absl::Status& status) {
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()));
}

}  // namespace boutique::rpc
