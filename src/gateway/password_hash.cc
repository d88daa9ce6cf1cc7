// SPDX-License-Identifier: Apache-2.0
#include "gateway/password_hash.h"

#include <crypt.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>

#include "absl/strings/match.h"

namespace boutique::gateway {
namespace {

constexpr std::array<absl::string_view, 6> kMethods = {"$6$", "$5$", "$2b$", "$2y$", "$2a$", "$y$"};
constexpr auto kSlow = std::chrono::seconds(1);

// What crypt makes of the password with the settings in the hash: the hash again if it is its own. Empty if it cannot.
std::string Crypt(const std::string& hash, const std::string& password) {
  const auto data = std::make_unique<crypt_data>();  // 32 KiB; crypt wants them to be zero
  const char* const made = crypt_r(password.c_str(), hash.c_str(), data.get());
  std::string result = made == nullptr || *made == '*' ? "" : made;
  OPENSSL_cleanse(data.get(), sizeof(crypt_data));
  return result;
}

}  // namespace

absl::Status CheckPasswordHash(const std::string& hash) {
  const bool is_known = std::any_of(kMethods.begin(), kMethods.end(),
                                    [&](absl::string_view method) { return absl::StartsWith(hash, method); });
  if (!is_known) {
    return absl::InvalidArgumentError("no password's hash of a kind that is known here: make it by openssl passwd -6");
  }
  const auto start = std::chrono::steady_clock::now();
  const std::string made = Crypt(hash, "");
  // All but the result itself, which follows the last '$' and has the same length for every password.
  if (made.size() != hash.size() || made.compare(0, made.rfind('$'), hash, 0, hash.rfind('$')) != 0) {
    return absl::InvalidArgumentError("the password's hash is not whole: make it by openssl passwd -6");
  }
  if (std::chrono::steady_clock::now() - start > kSlow) {
    return absl::InvalidArgumentError("the password's hash takes longer than a second: make it with fewer rounds");
  }
  return absl::OkStatus();
}

bool IsPasswordOf(const std::string& hash, const std::string& password) {
  const std::string made = Crypt(hash, password);
  return made.size() == hash.size() && CRYPTO_memcmp(made.data(), hash.data(), hash.size()) == 0;
}

}  // namespace boutique::gateway
