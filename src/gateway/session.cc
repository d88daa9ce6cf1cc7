// SPDX-License-Identifier: Apache-2.0
#include "gateway/session.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "platform/base/ids.h"
#include "platform/http/cookies.h"

namespace boutique::gateway {
namespace {

Session Known(absl::string_view id) { return {.id = std::string(id), .hash = SessionHash(id), .is_new = false}; }

bool IsSession(absl::string_view id, const SessionRules& rules) {
  return base::IsUuidV4(id) || (rules.shared && id == kSharedSession);
}

http::SetCookie CookieFor(absl::string_view name, absl::string_view value, const http::Request& request) {
  http::SetCookie cookie;
  cookie.name = std::string(name);
  cookie.value = std::string(value);
  cookie.secure = IsHttps(request);
  return cookie;
}

}  // namespace

std::string SessionHash(absl::string_view id) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(id.data()), id.size(), digest.data());
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest.data()), 4));
}

Session NewSession(const SessionRules& rules) {
  Session session = Known(rules.shared ? std::string(kSharedSession) : base::RandomUuid());
  session.is_new = true;
  return session;
}

Session SessionOf(const http::Request& request, const SessionRules& rules) {
  // A browser may send two of this name, one of them from an older path or program: the first of our shape counts.
  for (const auto& [name, value] : http::ParseCookies(request.HeaderOf("cookie"))) {
    if (name == kSessionCookie && IsSession(value, rules)) return Known(value);
  }
  return NewSession(rules);
}

Session ApiSessionOf(const http::Request& request, const SessionRules& rules) {
  absl::string_view authorization = request.HeaderOf("authorization");
  if (absl::StartsWithIgnoreCase(authorization, "bearer ")) {
    authorization.remove_prefix(7);
    const absl::string_view token = absl::StripAsciiWhitespace(authorization);
    if (IsSession(token, rules)) return Known(token);
  }
  return SessionOf(request, rules);
}

std::string SessionCookie(const Session& session, const http::Request& request, const SessionRules& rules) {
  http::SetCookie cookie = CookieFor(kSessionCookie, session.id, request);
  cookie.path = rules.path;
  cookie.max_age = rules.lifetime;
  return cookie.Header();
}

std::string RemoveCookie(absl::string_view name, absl::string_view path, const http::Request& request) {
  http::SetCookie cookie = CookieFor(name, "", request);
  cookie.path = std::string(path);
  return cookie.Header();
}

std::string CurrencyCookie(absl::string_view code, const http::Request& request, const SessionRules& rules) {
  http::SetCookie cookie = CookieFor(kCurrencyCookie, code, request);
  cookie.path = rules.path;
  cookie.max_age = rules.lifetime;
  return cookie.Header();
}

std::string CurrencyOf(const http::Request& request) {
  const auto code = http::CookieOf(request.HeaderOf("cookie"), kCurrencyCookie);
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (!code.has_value() || code->size() != 3 || !std::all_of(code->begin(), code->end(), is_capital)) return "USD";
  return std::string(*code);
}

bool IsHttps(const http::Request& request) {
  // A chain of proxies appends: the first is the client's.
  const absl::string_view schemes = request.HeaderOf("x-forwarded-proto");
  return absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(schemes.substr(0, schemes.find(','))), "https");
}

}  // namespace boutique::gateway
