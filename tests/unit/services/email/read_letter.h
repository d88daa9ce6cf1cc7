// SPDX-License-Identifier: Apache-2.0
// Reads a mail as its recipient's program would: headers, and the two forms of the body.
// Stateless, safe from any thread.
#pragma once

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace boutique::email {

struct ReadPart {
  std::map<std::string, std::string> headers;  // unfolded; encoded words are not decoded
  std::string body;
};
struct ReadMail {
  std::map<std::string, std::string> headers;
  std::vector<ReadPart> parts;
  std::size_t longest_line = 0;
};

inline std::string DecodeQuotedPrintable(absl::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
    } else if (text.substr(i + 1, 2) == "\r\n") {
      i += 2;
    } else {
      out += static_cast<char>(std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16));
      i += 2;
    }
  }
  return absl::StrReplaceAll(out, {{"\r\n", "\n"}});
}

// The encoded words of a header's text, joined; other text as it is.
inline std::string DecodeHeader(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t start = text.find("=?UTF-8?B?");
    const std::size_t end = start == absl::string_view::npos ? start : text.find("?=", start);
    if (end == absl::string_view::npos) return out + std::string(text);
    if (absl::StripAsciiWhitespace(text.substr(0, start)).size() > 0) out += std::string(text.substr(0, start));
    std::string word;
    absl::Base64Unescape(text.substr(start + 10, end - start - 10), &word);
    out += word;
    text.remove_prefix(end + 2);
  }
  return out;
}

inline std::map<std::string, std::string> ReadHeaders(absl::string_view head) {
  std::map<std::string, std::string> headers;
  const std::string unfolded = absl::StrReplaceAll(head, {{"\r\n ", " "}});
  for (const absl::string_view line : absl::StrSplit(unfolded, "\r\n", absl::SkipEmpty())) {
    const std::pair<std::string, std::string> field = absl::StrSplit(line, absl::MaxSplits(": ", 1));
    headers[field.first] += field.second;
  }
  return headers;
}

inline ReadMail ReadLetter(absl::string_view bytes) {
  ReadMail mail;
  for (const absl::string_view line : absl::StrSplit(bytes, "\r\n")) {
    mail.longest_line = std::max(mail.longest_line, line.size());
  }
  const std::size_t head = bytes.find("\r\n\r\n");
  mail.headers = ReadHeaders(bytes.substr(0, head));
  const std::string& type = mail.headers["Content-Type"];
  const std::size_t quote = type.find("boundary=\"") + 10;
  const std::string boundary = "--" + type.substr(quote, type.find('"', quote) - quote);
  std::vector<absl::string_view> pieces = absl::StrSplit(bytes.substr(head + 2), "\r\n" + boundary);
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    const std::size_t end = pieces[i].find("\r\n\r\n");
    mail.parts.push_back({ReadHeaders(pieces[i].substr(0, end)), DecodeQuotedPrintable(pieces[i].substr(end + 4))});
  }
  return mail;
}

}  // namespace boutique::email
