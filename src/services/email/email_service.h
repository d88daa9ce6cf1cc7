// SPDX-License-Identifier: Apache-2.0
// Answers EmailService calls: checks what is to be confirmed and notes it in the log.
// Threads: immutable, safe from any loop.
#pragma once

#include "hipstershop/email.grpc.pb.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/server.h"
#include "services/email/confirmation.h"

namespace boutique::email {

// The methods' contract is that of protos/hipstershop/email.proto. As in the public Online Boutique no mail leaves the
// shop: a confirmation is one line in the log, with the order's id and nothing of its buyer.
class EmailService {
 public:
  rpc::Reply<pb::Empty> SendOrderConfirmation(const rpc::CallContext& call,
                                              const pb::SendOrderConfirmationRequest& request);

  // Before the server starts; the service outlives it.
  void RegisterWith(rpc::Server& server);
};

}  // namespace boutique::email
