// SPDX-License-Identifier: Apache-2.0
// Whose request it is: the cookie shop_session-id, a bearer secret. Pure functions and values; safe from any thread.
#pragma once

#include <chrono>
#include <string>

#include "absl/strings/string_view.h"
#include "platform/http/message.h"

namespace boutique::gateway {

inline constexpr absl::string_view kSessionCookie = "shop_session-id";
inline constexpr absl::string_view kCurrencyCookie = "shop_currency";
inline constexpr absl::string_view kSharedSession = "12345678-1234-1234-1234-123456789123";

struct Session {
  std::string id;    // a version 4 UUID, the user id of every call; never in a log, trace or page
  std::string hash;  // eight hexadecimal digits of its SHA-256: for logs and footers
  bool is_new = false;
};

struct SessionRules {
  std::string path = "/";                           // of the cookies: BASE_URL or /
  std::chrono::seconds lifetime = std::chrono::hours(48);  // renewed by every response
  bool shared = false;                              // ENABLE_SINGLE_SHARED_SESSION
};

// The session of the request's cookie, or a new one if it has none of the right shape.
Session SessionOf(const http::Request& request, const SessionRules& rules);
// The session of a bearer token of the right shape, else that of the cookie: for the API.
Session ApiSessionOf(const http::Request& request, const SessionRules& rules);
// Forgets every earlier session: a new one, in place of the request's.
Session NewSession(const SessionRules& rules);

// Set-Cookie's value that keeps the session for the rules' lifetime.
std::string SessionCookie(const Session& session, const http::Request& request, const SessionRules& rules);
// Set-Cookie's value that removes a cookie; `path` is where it was set.
std::string RemoveCookie(absl::string_view name, absl::string_view path, const http::Request& request);
// Set-Cookie's value that keeps the currency for as long as the session.
std::string CurrencyCookie(absl::string_view code, const http::Request& request, const SessionRules& rules);

// The code in the cookie shop_currency if it has the form of one (three capital letters), else "USD".
std::string CurrencyOf(const http::Request& request);

// Whether the client reached the shop by https, as the proxy before us says (X-Forwarded-Proto).
bool IsHttps(const http::Request& request);

// Eight hexadecimal digits by which a session can be recognised, and not guessed.
std::string SessionHash(absl::string_view id);

}  // namespace boutique::gateway
