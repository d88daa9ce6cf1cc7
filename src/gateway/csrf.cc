// SPDX-License-Identifier: Apache-2.0
#include "gateway/csrf.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "gateway/session.h"
#include "platform/base/ids.h"

namespace boutique::gateway {
namespace {

constexpr std::size_t kSize = SHA256_DIGEST_LENGTH;

std::array<unsigned char, kSize> Secret(absl::string_view session_id) {
  const std::string text = absl::StrCat("csrf", session_id);
  std::array<unsigned char, kSize> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

// Whether "https://host:port" is where the request was sent to. The port is the scheme's own if it is not named.
bool IsSameOrigin(absl::string_view origin, const http::Request& request) {
  absl::string_view default_port;
  if (absl::ConsumePrefix(&origin, "https://")) {
    default_port = ":443";
  } else if (absl::ConsumePrefix(&origin, "http://")) {
    // Only a proxy's word tells http from https; with it, they are two origins.
    if (IsHttps(request)) return false;
    default_port = ":80";
  } else {
    return false;  // "null", or something that is no web page
  }
  absl::string_view host = request.HeaderOf("host");
  absl::ConsumeSuffix(&host, default_port);
  absl::ConsumeSuffix(&origin, default_port);
  return !host.empty() && absl::EqualsIgnoreCase(origin, host);
}

}  // namespace

std::string CsrfToken(absl::string_view session_id) {
  const auto secret = Secret(session_id);
  std::string token = base::RandomBytes(kSize);
  for (std::size_t i = 0; i < kSize; ++i) token += static_cast<char>(static_cast<unsigned char>(token[i]) ^ secret[i]);
  return absl::WebSafeBase64Escape(token);
}

bool IsCsrfToken(absl::string_view token, absl::string_view session_id) {
  std::string bytes;
  if (token.size() > 128 || !absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() != 2 * kSize) return false;
  const auto secret = Secret(session_id);
  for (std::size_t i = 0; i < kSize; ++i) bytes[i] = static_cast<char>(bytes[i] ^ bytes[kSize + i]);
  return CRYPTO_memcmp(bytes.data(), secret.data(), kSize) == 0;
}

Origin OriginOf(const http::Request& request) {
  const bool has_origin = request.HasHeader("origin");
  const bool has_site = request.HasHeader("sec-fetch-site");
  if (!has_origin && !has_site) return Origin::kUnknown;
  if (has_origin && !IsSameOrigin(request.HeaderOf("origin"), request)) return Origin::kOther;
  const absl::string_view site = request.HeaderOf("sec-fetch-site");
  // "none": the shopper typed the address or chose a bookmark.
  if (has_site && site != "same-origin" && site != "none") return Origin::kOther;
  return Origin::kSame;
}

}  // namespace boutique::gateway
