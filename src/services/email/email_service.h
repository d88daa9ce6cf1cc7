// SPDX-License-Identifier: Apache-2.0
// Answers EmailService calls: checks what is to be confirmed, then mails it or notes it in the log.
// Threads: immutable, safe from any loop.
#pragma once

#include "hipstershop/email.grpc.pb.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/server.h"
#include "services/email/confirmation.h"
#include "services/email/confirmation_sender.h"

namespace boutique::email {

// The methods' contract is that of protos/hipstershop/email.proto.
class EmailService {
 public:
  // Without a sender no mail leaves the shop, as in the public Online Boutique: a confirmation is one line in the log,
  // with the order's id and nothing of its buyer. The sender outlives the service.
  explicit EmailService(ConfirmationSender* sender = nullptr) : sender_(sender) {}

  rpc::Reply<pb::Empty> SendOrderConfirmation(const rpc::CallContext& call,
                                              const pb::SendOrderConfirmationRequest& request);

  // Before the server starts; the service outlives it.
  void RegisterWith(rpc::Server& server);

 private:
  ConfirmationSender* const sender_;
};

}  // namespace boutique::email
