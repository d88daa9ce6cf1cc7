// SPDX-License-Identifier: Apache-2.0
#include "services/email/email_module.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "events/order_consumer.h"
#include "services/email/email_service.h"
#include "services/email/order_listener.h"
#include "services/email/sent_schema.h"
#include "services/email/smtp_mailer.h"
#include "services/email/sql_sent_store.h"

namespace boutique::email {
namespace {

// Conversations with the mail server at once; it may not like more.
constexpr unsigned kConnections = 4;
constexpr std::size_t kMostWaiting = 256;

absl::Status CheckStartTls(const std::string& word) {
  if (word == "auto" || word == "required" || word == "off") return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("'", word, "' is none of auto, required, off"));
}

}  // namespace

EmailModule::EmailModule(runtime::Settings& settings) : database_(settings), broker_(settings) {
  settings.Text("SMTP_URL", &smtp_url_,
                "mail server for order confirmations, smtp://host:587 or smtps://host; without it they are only logged",
                [](const std::string& text) { return curl::ParseSmtpUrl(text).status(); });
  settings.Secret("SMTP_USER", &user_, "user at the mail server; wins over the one in SMTP_URL");
  settings.Secret("SMTP_PASSWORD", &password_, "password at the mail server; wins over the one in SMTP_URL");
  settings.Text("SMTP_STARTTLS", &starttls_,
                "encryption of smtp://: required, off (mail and password travel readable), auto (required unless the "
                "server is this machine)",
                CheckStartTls);
  settings.Text("SMTP_CA_FILE", &ca_file_,
                "authorities that may sign the mail server's certificate; else the system's");
  settings.Text("MAIL_FROM", &from_, "sender of mail, Name <local@domain>; required with SMTP_URL",
                [](const std::string& text) { return ParseMailbox(text).status(); });
  settings.Duration("SMTP_TIMEOUT", &timeout_, std::chrono::seconds(1), std::chrono::minutes(5),
                    "longest conversation with the mail server");
}

absl::Status EmailModule::Install(runtime::Host& host) {
  if (!smtp_url_.empty()) return InstallMailing(host);
  return Serve(host, host.Own<EmailService>());
}

absl::Status EmailModule::Serve(runtime::Host& host, EmailService& service) const {
  host.Serve<pb::EmailService>(service);
  auto& listener = host.Own<OrderListener>(service);
  return events::ConsumeOrderEvents(host, broker_, events::kConfirmationQueue,
                                    [&listener](const rpc::CallContext& call, const amqp::Delivery& delivery) {
                                      return listener.Take(call, delivery);
                                    });
}

absl::Status EmailModule::InstallMailing(runtime::Host& host) {
  if (from_.empty()) return absl::InvalidArgumentError("MAIL_FROM: is required with SMTP_URL");
  auto from = ParseMailbox(from_);
  if (!from.ok()) return from.status();
  auto server = curl::ParseSmtpUrl(smtp_url_);
  if (!server.ok()) return server.status();
  if (server->encryption != curl::Encryption::kFromStart && starttls_ != "auto") {
    server->encryption = starttls_ == "off" ? curl::Encryption::kNone : curl::Encryption::kStartTls;
  }
  if (!user_.empty()) server->user = user_;
  if (!password_.empty()) server->password = password_;

  const auto database = database_.Open(host, pb::EmailService::service_full_name(), SentSchema());
  if (!database.ok()) return database.status();
  auto& sent = host.Own<SqlSentStore>(**database, base::SystemClock::Instance());

  const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(timeout_);
  curl::SmtpOptions options{.server = *std::move(server), .ca_file = ca_file_, .timeout = timeout};
  auto& pool = host.Own<rpc::BlockingPool>(kConnections, kMostWaiting);
  auto& mailer = host.Own<SmtpMailer>(pool, std::move(options));
  // A conversation has a goodbye, which may take as long again; then there is the noting.
  ConfirmationSender::Options own{.from = *std::move(from), .longest_sending = 2 * timeout + std::chrono::seconds(10)};
  auto& sender =
      host.Own<ConfirmationSender>(sent, mailer, base::SystemClock::Instance(), host.metrics(), std::move(own));
  return Serve(host, host.Own<EmailService>(&sender));
}

}  // namespace boutique::email
