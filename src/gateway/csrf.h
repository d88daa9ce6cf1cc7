// SPDX-License-Identifier: Apache-2.0
// Whether an unsafe request is the shopper's own wish: tokens in forms, and what browsers say of a request's origin.
// Pure but for the tokens' masks; safe from any thread.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "platform/http/message.h"

namespace boutique::gateway {

// The name of the field that carries a form's token.
inline constexpr absl::string_view kCsrfField = "csrf_token";

// The token of a form of this session: SHA-256 of "csrf" and the session's id under a fresh mask, so that no two
// responses hold the same bytes (compression would betray them).
std::string CsrfToken(absl::string_view session_id);
// Whether the token is one of this session's. In constant time.
bool IsCsrfToken(absl::string_view token, absl::string_view session_id);

enum class Origin {
  kUnknown,  // neither Origin nor Sec-Fetch-Site: no browser
  kSame,     // a browser, on a page of this origin or by the shopper's own hand
  kOther,    // a browser, on a page of another origin
};

// What Origin and Sec-Fetch-Site say; if both are there both must say same origin.
Origin OriginOf(const http::Request& request);

}  // namespace boutique::gateway
