// SPDX-License-Identifier: Apache-2.0
// Takes a letter to its recipient's mail server.
// Threads: safe from any loop; outlives its requests.
#pragma once

#include "platform/coro/task.h"
#include "platform/rpc/call_context.h"
#include "services/email/mime.h"

namespace boutique::email {

class Mailer {
 public:
  virtual ~Mailer() = default;

  // OK when a server has taken the letter over. INVALID_ARGUMENT if the recipient, FAILED_PRECONDITION if the letter is
  // refused for good; UNAVAILABLE, DEADLINE_EXCEEDED or CANCELLED if it may be tried again.
  virtual coro::Task<absl::Status> Send(const rpc::CallContext& call, Letter letter) = 0;
};

}  // namespace boutique::email
