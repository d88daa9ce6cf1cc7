// SPDX-License-Identifier: Apache-2.0
// Hashes and headers of passwords, for tests.
// Stateless, safe from any thread.
#pragma once

#include <crypt.h>

#include <memory>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace boutique::gateway {

// The cheapest of each method.
inline constexpr const char* kSha512 = "$6$rounds=1000$0123456789abcdef";
inline constexpr const char* kSha256 = "$5$rounds=1000$0123456789abcdef";
inline constexpr const char* kBcrypt = "$2b$04$abcdefghijklmnopqrstuu";
inline constexpr const char* kBcryptOfApache = "$2y$04$abcdefghijklmnopqrstuu";
inline constexpr const char* kYescrypt = "$y$j75$0123456789abcdef";

inline std::string HashOf(const std::string& password, const std::string& settings = kSha512) {
  const auto data = std::make_unique<crypt_data>();
  const char* const made = crypt_r(password.c_str(), settings.c_str(), data.get());
  return made == nullptr ? "" : made;
}

// The value of Authorization.
inline std::string Basic(const std::string& user, const std::string& password) {
  return absl::StrCat("Basic ", absl::Base64Escape(absl::StrCat(user, ":", password)));
}

}  // namespace boutique::gateway
