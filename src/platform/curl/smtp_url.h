// SPDX-License-Identifier: Apache-2.0
// Where mail is handed in, as an operator writes it. Stateless, safe from any thread.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace boutique::curl {

enum class Encryption {
  kNone,
  kStartTls,   // required: no mail and no password goes to a server that does not offer it
  kFromStart,  // smtps://
};

struct SmtpServer {
  std::string url;  // without user and password
  Encryption encryption = Encryption::kStartTls;
  bool is_loopback = false;  // by its name: nothing leaves the machine
  std::string user;          // empty: no login
  std::string password;
};

// Reads smtp://[user:password@]host[:port][/name-for-EHLO], or smtps://. smtp:// is encrypted by STARTTLS unless the
// host is this machine. INVALID_ARGUMENT, without the text, which may hold a password, if it is no such URL.
absl::StatusOr<SmtpServer> ParseSmtpUrl(const std::string& text);

}  // namespace boutique::curl
