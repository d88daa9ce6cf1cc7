// SPDX-License-Identifier: Apache-2.0
#include "services/email/smtp_mailer.h"

namespace boutique::email {

coro::Task<absl::Status> SmtpMailer::Send(const rpc::CallContext& call, Letter letter) {
  auto text = WriteLetter(letter);
  if (!text.ok()) co_return text.status();
  curl::Mail mail{.from = std::move(letter.from.address), .to = std::move(letter.to), .text = *std::move(text)};
  co_return co_await client_.Send(call, std::move(mail));
}

}  // namespace boutique::email
