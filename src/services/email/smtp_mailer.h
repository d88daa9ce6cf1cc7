// SPDX-License-Identifier: Apache-2.0
// Sends letters by SMTP.
// Threads: as Mailer.
#pragma once

#include <utility>

#include "platform/curl/smtp_client.h"
#include "services/email/mailer.h"

namespace boutique::email {

class SmtpMailer final : public Mailer {
 public:
  // The pool outlives the mailer.
  SmtpMailer(rpc::BlockingPool& pool, curl::SmtpOptions options) : client_(pool, std::move(options)) {}

  coro::Task<absl::Status> Send(const rpc::CallContext& call, Letter letter) override;

 private:
  curl::SmtpClient client_;
};

}  // namespace boutique::email
