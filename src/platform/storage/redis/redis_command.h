// SPDX-License-Identifier: Apache-2.0
// A command in the bytes that go to Redis, and scripts that it runs.
// Threads: immutable values.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace boutique::redis {

class Command {
 public:
  // The command's name and its arguments, any bytes. They are copied.
  explicit Command(absl::Span<const absl::string_view> words);

  absl::string_view bytes() const { return {bytes_.get(), size_}; }

 private:
  struct Free {
    void operator()(char* bytes) const;
  };
  std::unique_ptr<char, Free> bytes_;
  std::size_t size_;
};

// A Lua script and its SHA-1 digest, by which Redis knows it once it has seen it.
class Script {
 public:
  explicit Script(std::string text);

  // EVALSHA of the script: the first `keys` of `words` are keys, the others arguments.
  Command ByDigest(std::size_t keys, absl::Span<const absl::string_view> words) const;
  // EVAL of the script, which Redis keeps from then on.
  Command ByText(std::size_t keys, absl::Span<const absl::string_view> words) const;

 private:
  const std::string text_;
  const std::string digest_;
};

}  // namespace boutique::redis
