// SPDX-License-Identifier: Apache-2.0
// Hands mail to an SMTP server: libcurl on threads that may block.
// Threads: safe from any loop; the result comes back to the caller's.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/status.h"
#include "platform/coro/task.h"
#include "platform/curl/smtp_url.h"
#include "platform/rpc/blocking_pool.h"
#include "platform/rpc/call_context.h"

namespace boutique::curl {

struct SmtpOptions {
  SmtpServer server;
  std::string ca_file;                                      // empty: the system's authorities
  std::chrono::milliseconds timeout = std::chrono::seconds(20);  // of a whole conversation, whatever the caller's time
};

struct Mail {
  std::string from;  // addresses alone: the envelope
  std::string to;
  std::string text;  // RFC 5322, with \r\n
};

class SmtpClient {
 public:
  // The pool outlives the client.
  SmtpClient(rpc::BlockingPool& pool, SmtpOptions options);

  // OK when the server has taken the mail over.
  //   INVALID_ARGUMENT: it refuses this recipient for good, or an address could not be written into a command
  //   FAILED_PRECONDITION: it refuses the message for good
  //   UNAVAILABLE: it cannot be reached, its certificate is wrong, it lets us not log in or send as `from`, or refuses
  //     it at present; also when it did not say whether it took the message over
  //   DEADLINE_EXCEEDED, CANCELLED: the request ended before the message was handed over, noticed within a second. Once
  //     it is, the answer is waited for, so that what was sent is known to be.
  // No status tells an address.
  coro::Task<absl::Status> Send(const rpc::CallContext& call, Mail mail);

 private:
  rpc::BlockingPool& pool_;
  const SmtpOptions options_;
};

}  // namespace boutique::curl
