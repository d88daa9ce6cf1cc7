// SPDX-License-Identifier: Apache-2.0
// A mail of text and HTML as the bytes that travel: RFC 5322 and MIME.
// Stateless, safe from any thread.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace boutique::email {

// An address with the name that is shown for it, which may be empty. UTF-8.
struct Mailbox {
  std::string name;
  std::string address;
};

// Reads "Shop name <orders@example.com>", or an address alone. INVALID_ARGUMENT otherwise.
absl::StatusOr<Mailbox> ParseMailbox(absl::string_view text);

// All of it UTF-8.
struct Letter {
  Mailbox from;
  std::string to;  // an address
  std::string subject;
  std::string message_id;  // with its angle brackets
  std::chrono::system_clock::time_point date;
  std::string text;  // lines end with \n
  std::string html;
};

// The letter with both of its forms, lines ended by \r\n, none longer than 998 bytes. INVALID_ARGUMENT if a control
// character, such as the end of a line, is in what becomes a header: nobody adds one of his own.
absl::StatusOr<std::string> WriteLetter(const Letter& letter);

// The text as it may stand in a header: RFC 2047's encoded words, unless it is short plain ASCII.
std::string HeaderText(absl::string_view text);
// The text in RFC 2045's quoted-printable encoding. No line of it begins with a dot, and "=_" is not in it.
std::string QuotedPrintable(absl::string_view text);

}  // namespace boutique::email
