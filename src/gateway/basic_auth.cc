// SPDX-License-Identifier: Apache-2.0
#include "gateway/basic_auth.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gateway/password_hash.h"
#include "platform/base/ids.h"

namespace boutique::gateway {
namespace {

constexpr auto kRememberedFor = std::chrono::hours(1);
constexpr std::size_t kMostRemembered = 4096;
constexpr std::int64_t kFailuresPerSecond = 5;  // of an address; twice as many at once
constexpr std::size_t kMostWaiting = 64;

// "user:password" of "Basic dXNlcjpwYXNzd29yZA=="; empty for what is no such thing.
std::string Credentials(absl::string_view authorization) {
  constexpr absl::string_view kScheme = "basic ";
  if (!absl::StartsWithIgnoreCase(authorization, kScheme)) return "";
  std::string text;
  if (!absl::Base64Unescape(absl::StripAsciiWhitespace(authorization.substr(kScheme.size())), &text)) return "";
  // RFC 7617, section 2: no control characters. crypt(3) would stop at a zero.
  const bool clean = std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  const std::size_t colon = text.find(':');
  const bool fits = colon != std::string::npos && text.size() - colon - 1 <= kLongestPassword;
  return clean && fits ? text : "";
}

}  // namespace

bool IsOpenToAnybody(const http::Request& request) {
  if (request.route == "/_healthz" || request.route == "/readyz" || request.route == "/robots.txt") return true;
  if (request.route != "/static/*path") return false;
  const absl::string_view path = request.Param("path");
  return absl::StartsWith(path, "styles/") || absl::StartsWith(path, "scripts/") ||
         (absl::StartsWith(path, "img/") && !absl::StartsWith(path, "img/products/"));
}

std::string TakeAuthorization(http::Request* request) {
  std::string value;
  int count = 0;
  auto& headers = request->headers;
  headers.erase(std::remove_if(headers.begin(), headers.end(),
                               [&](http::Header& header) {
                                 if (!http::SameHeader(header.first, "authorization")) return false;
                                 value = std::move(header.second);
                                 ++count;
                                 return true;
                               }),
                headers.end());
  return count == 1 ? value : "";
}

absl::StatusOr<std::unique_ptr<BasicAuth>> BasicAuth::Make(absl::string_view users, Clock clock) {
  std::vector<User> read;
  for (const absl::string_view line : absl::StrSplit(users, '\n')) {
    if (absl::StartsWith(absl::StripLeadingAsciiWhitespace(line), "#")) continue;
    for (const absl::string_view entry : absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty())) {
      const std::string which = absl::StrCat("entry ", read.size() + 1, ": ");
      const std::size_t colon = entry.find(':');
      if (colon == absl::string_view::npos || colon == 0) {
        return absl::InvalidArgumentError(absl::StrCat(which, "is not user:hash"));
      }
      User user{std::string(entry.substr(0, colon)), std::string(entry.substr(colon + 1))};
      const bool is_there =
          std::any_of(read.begin(), read.end(), [&](const User& other) { return other.name == user.name; });
      if (is_there) return absl::InvalidArgumentError(absl::StrCat(which, "its user is there already"));
      if (absl::Status bad = CheckPasswordHash(user.hash); !bad.ok()) {
        return absl::InvalidArgumentError(absl::StrCat(which, bad.message()));
      }
      read.push_back(std::move(user));
    }
  }
  if (read.empty()) return absl::InvalidArgumentError("is set, but names no user");
  return std::unique_ptr<BasicAuth>(new BasicAuth(std::move(read), std::move(clock)));
}

BasicAuth::BasicAuth(std::vector<User> users, Clock clock)
    : users_(std::move(users)),
      clock_(clock),
      key_(base::RandomBytes(32)),
      failures_(kFailuresPerSecond, std::move(clock)),
      pool_(1, kMostWaiting) {}

std::string BasicAuth::Digest(absl::string_view text) const {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), reinterpret_cast<unsigned char*>(digest.data()), &size);
  digest.resize(size);
  return digest;
}

bool BasicAuth::Remembers(const std::string& digest) {
  const auto now = clock_();
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(digest);
  return found != known_.end() && now < found->second;
}

void BasicAuth::Remember(const std::string& digest) {
  const auto now = clock_();
  const std::lock_guard lock(mutex_);
  // Each user has one password, but for bcrypt, which reads 72 bytes of it, whatever follows is as good.
  if (known_.size() >= kMostRemembered) absl::erase_if(known_, [&](const auto& each) { return each.second <= now; });
  if (known_.size() >= kMostRemembered) known_.clear();
  known_[digest] = now + kRememberedFor;
}

bool BasicAuth::Compare(const std::string& credentials, const std::string& digest) {
  if (Remembers(digest)) return true;  // by now
  const std::size_t colon = credentials.find(':');
  const absl::string_view name = absl::string_view(credentials).substr(0, colon);
  const auto user = std::find_if(users_.begin(), users_.end(), [&](const User& each) { return each.name == name; });
  const bool is_there = user != users_.end();
  // A stranger is compared with some user's hash, always the same one: hashes may differ in what they cost.
  const std::size_t stand_in = static_cast<unsigned char>(Digest(name)[0]) % users_.size();
  const std::string& hash = is_there ? user->hash : users_[stand_in].hash;
  ++hashed_;
  const bool is_right = IsPasswordOf(hash, credentials.substr(colon + 1)) && is_there;
  if (is_right) Remember(digest);
  return is_right;
}

rpc::Reply<BasicAuth::Verdict> BasicAuth::Check(const rpc::CallContext& call, std::string authorization,
                                                std::string address) {
  const std::string credentials = Credentials(authorization);
  if (credentials.empty()) co_return Verdict::kUnknown;
  const std::string digest = Digest(credentials);
  if (Remembers(digest)) co_return Verdict::kWelcome;
  if (!failures_.Has(address)) co_return Verdict::kTooManyFailures;
  auto compare = [&]() -> absl::StatusOr<bool> { return Compare(credentials, digest); };
  const auto is_right = co_await pool_.Run(call, std::move(compare));
  if (absl::IsResourceExhausted(is_right.status())) co_return Verdict::kBusy;
  if (!is_right.ok()) co_return is_right.status();
  if (*is_right) co_return Verdict::kWelcome;
  failures_.TryTake(address);
  co_return Verdict::kUnknown;
}

}  // namespace boutique::gateway
