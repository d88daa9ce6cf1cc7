// SPDX-License-Identifier: Apache-2.0
#include "platform/http/cookies.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace boutique::http {
namespace {

constexpr std::size_t kMostCookies = 64;

bool IsTokenChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::string_view("!#$%&'*+-.^_`|~").find(c) != absl::string_view::npos;
}

// RFC 6265, section 4.1.1: cookie-octet.
bool IsValueChar(char c) { return c > ' ' && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\'; }

template <typename Allowed>
std::string Only(absl::string_view text, Allowed allowed) {
  std::string kept;
  std::copy_if(text.begin(), text.end(), std::back_inserter(kept), allowed);
  return kept;
}

}  // namespace

std::vector<std::pair<absl::string_view, absl::string_view>> ParseCookies(absl::string_view header) {
  std::vector<std::pair<absl::string_view, absl::string_view>> cookies;
  while (!header.empty() && cookies.size() < kMostCookies) {
    const std::size_t end = std::min(header.find(';'), header.size());
    const absl::string_view pair = absl::StripAsciiWhitespace(header.substr(0, end));
    header.remove_prefix(std::min(end + 1, header.size()));
    const std::size_t equals = pair.find('=');
    if (equals == absl::string_view::npos) continue;
    const absl::string_view name = absl::StripTrailingAsciiWhitespace(pair.substr(0, equals));
    absl::string_view value = absl::StripLeadingAsciiWhitespace(pair.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (name.empty() || !std::all_of(name.begin(), name.end(), IsTokenChar)) continue;
    if (!std::all_of(value.begin(), value.end(), IsValueChar)) continue;
    cookies.emplace_back(name, value);
  }
  return cookies;
}

std::optional<absl::string_view> CookieOf(absl::string_view header, absl::string_view name) {
  for (const auto& [key, value] : ParseCookies(header)) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string SetCookie::Header() const {
  std::string header = absl::StrCat(Only(name, IsTokenChar), "=", Only(value, IsValueChar), "; Path=",
                                    Only(path, [](char c) { return c >= ' ' && c < 0x7f && c != ';'; }),
                                    "; Max-Age=", max_age.count());
  if (max_age.count() <= 0) absl::StrAppend(&header, "; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
  if (http_only) absl::StrAppend(&header, "; HttpOnly");
  if (secure) absl::StrAppend(&header, "; Secure");
  absl::StrAppend(&header, "; SameSite=", Only(same_site, IsTokenChar));
  return header;
}

}  // namespace boutique::http
