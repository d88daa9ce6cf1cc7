// SPDX-License-Identifier: Apache-2.0
#include "platform/curl/smtp_client.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "platform/curl/curl_handle.h"

namespace boutique::curl {
namespace {

constexpr auto kConnectTimeout = std::chrono::seconds(10);

// What the last command was about.
enum class Phase { kGreeting, kSender, kRecipient, kMessage };

// One conversation.
struct Conversation {
  const rpc::CallContext& call;
  const Mail& mail;
  std::size_t read = 0;
  bool handed_over = false;  // the server may have all of it
  Phase phase = Phase::kGreeting;
};

std::size_t GiveText(char* buffer, std::size_t size, std::size_t count, void* data) {
  auto& talk = *static_cast<Conversation*>(data);
  const std::size_t part = std::min(size * count, talk.mail.text.size() - talk.read);
  std::memcpy(buffer, talk.mail.text.data() + talk.read, part);
  talk.read += part;
  talk.handed_over = talk.read == talk.mail.text.size();
  return part;
}

// Not 0: give up.
int Watch(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  const auto& talk = *static_cast<Conversation*>(data);
  return talk.handed_over || talk.call.Alive().ok() ? 0 : 1;
}

int NoteCommand(CURL*, curl_infotype type, char* bytes, std::size_t size, void* data) {
  if (type != CURLINFO_HEADER_OUT) return 0;
  auto& phase = static_cast<Conversation*>(data)->phase;
  const absl::string_view command(bytes, size);
  if (absl::StartsWith(command, "MAIL ")) phase = Phase::kSender;
  if (absl::StartsWith(command, "RCPT ")) phase = Phase::kRecipient;
  if (absl::StartsWith(command, "DATA")) phase = Phase::kMessage;
  return 0;
}

absl::Status Refused(const Conversation& talk, long code) {
  const bool too_large = code == 552;
  switch (talk.phase) {
    case Phase::kRecipient:
      return absl::InvalidArgumentError(absl::StrCat("the mail server refuses the recipient (", code, ")"));
    case Phase::kMessage:
      return absl::FailedPreconditionError(absl::StrCat("the mail server refuses the message (", code, ")"));
    case Phase::kSender:
      if (too_large) return absl::FailedPreconditionError("the mail server takes no message of this size (552)");
      return absl::UnavailableError(absl::StrCat("the mail server refuses the sender (", code, ")"));
    default:
      return absl::UnavailableError(absl::StrCat("the mail server lets nobody in (", code, ")"));
  }
}

absl::Status ToStatus(const Conversation& talk, CURLcode result, long code) {
  if (result == CURLE_OK) return absl::OkStatus();
  if (result == CURLE_ABORTED_BY_CALLBACK && !talk.call.Alive().ok()) return talk.call.Alive();
  if (result == CURLE_URL_MALFORMAT) return absl::InvalidArgumentError("the recipient's domain is no domain");
  if (result == CURLE_LOGIN_DENIED) return absl::UnavailableError("the mail server refuses user and password");
  if (code >= 500 && code < 600) return Refused(talk, code);
  if (code >= 400) return absl::UnavailableError(absl::StrCat("the mail server refuses it at present (", code, ")"));
  if (talk.handed_over) return absl::UnavailableError("the mail server did not say whether it took the message over");
  return absl::UnavailableError(absl::StrCat("the mail server cannot be used: ", curl_easy_strerror(result)));
}

void SetServer(CURL* curl, const SmtpOptions& options) {
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
#else
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_SMTP | CURLPROTO_SMTPS);
#endif
  const SmtpServer& server = options.server;
  curl_easy_setopt(curl, CURLOPT_URL, server.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  const bool encrypted = server.encryption != Encryption::kNone;
  curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(encrypted ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, options.ca_file.c_str());
  if (!server.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, server.password.c_str());
  }
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.timeout).count();
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::min<std::chrono::milliseconds>(options.timeout, kConnectTimeout).count()));
  // Of one answer, also of that to the goodbye.
  curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(seconds));
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
}

// Blocks: for the pool.
absl::Status Converse(const SmtpOptions& options, Conversation& talk) {
  const EasyHandle curl(curl_easy_init());
  const List recipients(curl_slist_append(nullptr, absl::StrCat("<", talk.mail.to, ">").c_str()));
  if (curl == nullptr || recipients == nullptr) return absl::UnavailableError("no memory for a mail");
  SetServer(curl.get(), options);
  const std::string from = absl::StrCat("<", talk.mail.from, ">");
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(talk.mail.text.size()));
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, GiveText);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &talk);
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, Watch);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &talk);
  // Nothing is printed: it tells which command was refused.
  curl_easy_setopt(curl.get(), CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_DEBUGFUNCTION, NoteCommand);
  curl_easy_setopt(curl.get(), CURLOPT_DEBUGDATA, &talk);
  const CURLcode result = curl_easy_perform(curl.get());
  long code = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &code);
  return ToStatus(talk, result, code);
}

bool FitsCommand(absl::string_view address) {
  return !address.empty() && std::none_of(address.begin(), address.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == '\x7f';
  });
}

}  // namespace

SmtpClient::SmtpClient(rpc::BlockingPool& pool, SmtpOptions options) : pool_(pool), options_(std::move(options)) {
  StartCurl();
}

coro::Task<absl::Status> SmtpClient::Send(const rpc::CallContext& call, Mail mail) {
  if (!FitsCommand(mail.from) || !FitsCommand(mail.to)) co_return absl::InvalidArgumentError("no address for a mail");
  auto converse = [this, &call, &mail]() -> absl::StatusOr<bool> {
    Conversation talk{.call = call, .mail = mail};
    if (absl::Status failed = Converse(options_, talk); !failed.ok()) return failed;
    return true;
  };
  const auto sent = co_await pool_.Run(call, std::move(converse));
  if (absl::IsResourceExhausted(sent.status())) co_return absl::UnavailableError("too many mails wait to be sent");
  co_return sent.status();
}

}  // namespace boutique::curl
