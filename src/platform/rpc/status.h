// SPDX-License-Identifier: Apache-2.0
// The one mapping between absl::Status and grpc::Status. Stateless, safe from any thread.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace boutique::rpc {

// Codes are the same on both sides. Of those outside gRPC's (a peer may send any number), 400 becomes INVALID_ARGUMENT
// and any other UNKNOWN, with the number in the message. A message that is sent is cut after 1,024 bytes.
absl::Status FromGrpc(const grpc::Status& status);
grpc::Status ToGrpc(const absl::Status& status);

// CANCELLED with this message is how gRPC ends a call which comes to a server that has begun to stop, before any handler
// has seen it. ToGrpc words a handler's own CANCELLED differently.
inline constexpr char kUnseenCall[] = "CANCELLED";

}  // namespace boutique::rpc
