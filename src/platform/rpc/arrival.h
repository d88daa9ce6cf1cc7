// SPDX-License-Identifier: Apache-2.0
// A request as it arrived: its bytes may be no message. A value; belongs to its call.
//
// gRPC itself ends a call whose bytes do not parse, and text that is not UTF-8 does not, with INTERNAL, as if the fault
// were ours. Received in this shape, such a call arrives like any other and can be refused.
#pragma once

#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/byte_buffer.h>

namespace boutique::rpc::internal {

template <typename Request>
struct Arrival {
  Request message;
  bool is_message = false;
};

// The generated service, with the way to receive its requests as something else than its messages.
template <typename Async>
struct Receiving final : Async {
  using grpc::Service::RequestAsyncServerStreaming;
  using grpc::Service::RequestAsyncUnary;
};

}  // namespace boutique::rpc::internal

namespace grpc {

template <typename Request>
class SerializationTraits<boutique::rpc::internal::Arrival<Request>> {
 public:
  static Status Deserialize(ByteBuffer* bytes, boutique::rpc::internal::Arrival<Request>* arrival) {
    arrival->is_message = SerializationTraits<Request>::Deserialize(bytes, &arrival->message).ok();
    return Status::OK;
  }
};

}  // namespace grpc
