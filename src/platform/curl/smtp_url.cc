// SPDX-License-Identifier: Apache-2.0
#include "platform/curl/smtp_url.h"

#include <arpa/inet.h>

#include "absl/strings/match.h"
#include "platform/curl/curl_handle.h"

namespace boutique::curl {
namespace {

// Empty where the URL does not have it.
std::string Part(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* found = nullptr;
  if (curl_url_get(url, part, &found, flags) != CURLUE_OK) return "";
  return Text(found).get();
}

bool IsLoopback(const std::string& host) {
  in_addr address{};
  const bool is_127 = inet_pton(AF_INET, host.c_str(), &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
  return is_127 || host == "[::1]" || absl::EqualsIgnoreCase(host, "localhost");
}

}  // namespace

absl::StatusOr<SmtpServer> ParseSmtpUrl(const std::string& text) {
  const absl::Status no_url =
      absl::InvalidArgumentError("is neither smtp://[user:password@]host[:port] nor smtps://…");
  const Url url(curl_url());
  if (url == nullptr || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return no_url;
  const std::string scheme = Part(url.get(), CURLUPART_SCHEME);
  const std::string host = Part(url.get(), CURLUPART_HOST);
  if ((scheme != "smtp" && scheme != "smtps") || host.empty()) return no_url;
  if (!Part(url.get(), CURLUPART_QUERY).empty() || !Part(url.get(), CURLUPART_FRAGMENT).empty()) return no_url;

  SmtpServer server;
  server.user = Part(url.get(), CURLUPART_USER, CURLU_URLDECODE);
  server.password = Part(url.get(), CURLUPART_PASSWORD, CURLU_URLDECODE);
  server.is_loopback = IsLoopback(host);
  server.encryption = scheme == "smtps" ? Encryption::kFromStart
                                        : (server.is_loopback ? Encryption::kNone : Encryption::kStartTls);
  for (const CURLUPart secret : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS}) {
    curl_url_set(url.get(), secret, nullptr, 0);
  }
  server.url = Part(url.get(), CURLUPART_URL);
  return server;
}

}  // namespace boutique::curl
