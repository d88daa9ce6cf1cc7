// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_command.h"

#include <hiredis/hiredis.h>
#include <openssl/evp.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace boutique::redis {
namespace {

constexpr std::size_t kUsualWords = 12;

std::string Sha1Hex(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) std::abort();
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest.data()), size});
}

Command Evaluation(absl::string_view name, absl::string_view script, std::size_t keys,
                   absl::Span<const absl::string_view> words) {
  const absl::AlphaNum count(keys);
  absl::InlinedVector<absl::string_view, kUsualWords> all = {name, script, count.Piece()};
  all.insert(all.end(), words.begin(), words.end());
  return Command(all);
}

}  // namespace

Command::Command(absl::Span<const absl::string_view> words) {
  absl::InlinedVector<const char*, kUsualWords> starts;
  absl::InlinedVector<std::size_t, kUsualWords> sizes;
  for (const absl::string_view word : words) {
    starts.push_back(word.data() == nullptr ? "" : word.data());
    sizes.push_back(word.size());
  }
  char* bytes = nullptr;
  const auto size = redisFormatCommandArgv(&bytes, static_cast<int>(words.size()), starts.data(), sizes.data());
  if (size < 0) std::abort();  // out of memory
  bytes_.reset(bytes);
  size_ = static_cast<std::size_t>(size);
}

void Command::Free::operator()(char* bytes) const { redisFreeCommand(bytes); }

Script::Script(std::string text) : text_(std::move(text)), digest_(Sha1Hex(text_)) {}

Command Script::ByDigest(std::size_t keys, absl::Span<const absl::string_view> words) const {
  return Evaluation("EVALSHA", digest_, keys, words);
}

Command Script::ByText(std::size_t keys, absl::Span<const absl::string_view> words) const {
  return Evaluation("EVAL", text_, keys, words);
}

}  // namespace boutique::redis
