// SPDX-License-Identifier: Apache-2.0
#include "services/email/mime.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "platform/base/check_field.h"

namespace boutique::email {
namespace {

constexpr std::size_t kLongestLine = 76;
constexpr std::size_t kLongestPlain = 60;  // a header's text that is not folded
constexpr std::size_t kWordBytes = 42;     // 56 characters of base64, and 12 around them: below 75
// Not in any quoted-printable text: there "=" comes before a digit, a letter from A to F or the end of a line.
constexpr char kBoundary[] = "=_boutique_letter";

bool IsControl(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }
bool HasControl(absl::string_view text) { return std::any_of(text.begin(), text.end(), IsControl); }
bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}
bool ContinuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The longest beginning that fits into an encoded word and ends where a character does.
absl::string_view NextWord(absl::string_view text) {
  if (text.size() <= kWordBytes) return text;
  std::size_t end = kWordBytes;
  while (end > kWordBytes - 4 && ContinuesCharacter(text[end])) --end;
  return text.substr(0, end);
}

std::string WriteMailbox(const Mailbox& box) {
  if (box.name.empty()) return absl::StrCat("<", box.address, ">");
  const bool plain = IsAscii(box.name) && box.name.size() <= kLongestPlain && !absl::StrContains(box.name, "=?");
  const std::string name = plain ? absl::StrCat("\"", absl::CEscape(box.name), "\"") : HeaderText(box.name);
  return absl::StrCat(name, "\r\n <", box.address, ">");
}

void AppendPart(absl::string_view type, absl::string_view text, std::string* out) {
  absl::StrAppend(out, "--", kBoundary, "\r\nContent-Type: ", type, "; charset=utf-8\r\n",
                  "Content-Transfer-Encoding: quoted-printable\r\n\r\n", QuotedPrintable(text), "\r\n");
}

}  // namespace

absl::StatusOr<Mailbox> ParseMailbox(absl::string_view text) {
  const absl::string_view stripped = absl::StripAsciiWhitespace(text);
  const std::size_t open = stripped.find('<');
  Mailbox box;
  if (open == absl::string_view::npos) {
    box.address = std::string(stripped);
  } else {
    if (stripped.back() != '>') return absl::InvalidArgumentError("is not of the form Name <local@domain>");
    box.name = std::string(absl::StripAsciiWhitespace(stripped.substr(0, open)));
    if (box.name.size() >= 2 && box.name.front() == '"' && box.name.back() == '"') {
      box.name = box.name.substr(1, box.name.size() - 2);
    }
    box.address = std::string(stripped.substr(open + 1, stripped.size() - open - 2));
  }
  if (HasControl(box.name) || box.name.size() > 128 || !IsAscii(box.address) ||
      !base::CheckEmail("address", box.address).ok()) {
    return absl::InvalidArgumentError("is neither local@domain nor Name <local@domain>");
  }
  return box;
}

std::string HeaderText(absl::string_view text) {
  if (IsAscii(text) && text.size() <= kLongestPlain && !absl::StrContains(text, "=?")) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const absl::string_view word = NextWord(text);
    absl::StrAppend(&out, out.empty() ? "" : "\r\n ", "=?UTF-8?B?", absl::Base64Escape(word), "?=");
    text.remove_prefix(word.size());
  }
  return out;
}

std::string QuotedPrintable(absl::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  std::size_t column = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') {
      out += "\r\n";
      column = 0;
      continue;
    }
    const bool at_end = i + 1 == text.size() || text[i + 1] == '\n';
    const bool plain = (c > ' ' && c <= '~' && c != '=') || (c == ' ' && !at_end);
    // The last column is for the sign that the line goes on.
    if (column + (plain ? 1 : 3) > kLongestLine - 1) {
      out += "=\r\n";
      column = 0;
    }
    const bool as_is = plain && !(c == '.' && column == 0);
    if (as_is) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'=', kHex[byte >> 4], kHex[byte & 15]};
    }
    column += as_is ? 1 : 3;
  }
  return out;
}

absl::StatusOr<std::string> WriteLetter(const Letter& letter) {
  for (const std::string* const field :
       {&letter.from.name, &letter.from.address, &letter.to, &letter.subject, &letter.message_id}) {
    if (HasControl(*field)) return absl::InvalidArgumentError("a control character in a header");
  }
  const absl::Time date = absl::FromChrono(letter.date);
  std::string out = absl::StrCat(
      "Date: ", absl::FormatTime("%a, %d %b %Y %H:%M:%S +0000", date, absl::UTCTimeZone()),
      "\r\nFrom: ", WriteMailbox(letter.from), "\r\nTo: <", letter.to, ">\r\nSubject: ", HeaderText(letter.subject),
      "\r\nMessage-ID: ", letter.message_id);
  absl::StrAppend(&out, "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
                  "Content-Type: multipart/alternative; boundary=\"", kBoundary, "\"\r\n\r\n");
  AppendPart("text/plain", letter.text, &out);
  AppendPart("text/html", letter.html, &out);
  absl::StrAppend(&out, "--", kBoundary, "--\r\n");
  return out;
}

}  // namespace boutique::email
