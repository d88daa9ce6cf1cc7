// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_command.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace boutique::redis {
namespace {

constexpr std::size_t kLongestMark = 24;  // "$", the digits of a size, and the end of the line

// Writes "<kind><number>\r\n" at `to`; returns the place after it.
char* PutMark(char* to, char kind, std::size_t number) {
  *to++ = kind;
  to = std::to_chars(to, to + kLongestMark, number).ptr;
  *to++ = '\r';
  *to++ = '\n';
  return to;
}

std::string Sha1Hex(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) std::abort();
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest.data()), size});
}

Command Evaluation(absl::string_view name, absl::string_view script, const Script::Input& input) {
  const absl::AlphaNum keys(input.keys);
  const std::array<absl::string_view, 3> first = {name, script, keys.Piece()};
  return Command(first, input.words);
}

}  // namespace

Command::Command(absl::Span<const absl::string_view> first, absl::Span<const absl::string_view> words) {
  const auto parts = {first, words};
  std::size_t most = kLongestMark;
  for (const auto& part : parts) {
    for (const absl::string_view word : part) most += kLongestMark + word.size() + 2;
  }
  bytes_.resize(most);
  char* end = PutMark(bytes_.data(), '*', first.size() + words.size());
  for (const auto& part : parts) {
    for (const absl::string_view word : part) {
      end = std::copy(word.begin(), word.end(), PutMark(end, '$', word.size()));
      *end++ = '\r';
      *end++ = '\n';
    }
  }
  bytes_.resize(static_cast<std::size_t>(end - bytes_.data()));
}

Script::Script(std::string text) : text_(std::move(text)), digest_(Sha1Hex(text_)) {}

Command Script::ByDigest(const Input& input) const { return Evaluation("EVALSHA", digest_, input); }

Command Script::ByText(const Input& input) const { return Evaluation("EVAL", text_, input); }

}  // namespace boutique::redis
