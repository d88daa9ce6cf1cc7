// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_command.h"

#include <hiredis/hiredis.h>

#include <array>
#include <string>
#include <vector>

#include "support/catch.h"

namespace boutique::redis {
namespace {

std::string FormattedByHiredis(const std::vector<absl::string_view>& words) {
  std::vector<const char*> starts;
  std::vector<std::size_t> sizes;
  for (const absl::string_view word : words) {
    starts.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* bytes = nullptr;
  const auto size = redisFormatCommandArgv(&bytes, static_cast<int>(words.size()), starts.data(), sizes.data());
  std::string formatted(bytes, static_cast<std::size_t>(size));
  redisFreeCommand(bytes);
  return formatted;
}

TEST_CASE("a command's bytes are those that hiredis makes", "[redis]") {
  const std::string large(100'000, 'x');
  for (const std::vector<absl::string_view>& words :
       {std::vector<absl::string_view>{"PING"},
        {"SET", "key", ""},
        {"SET", absl::string_view("a\0\r\n$5\r\n", 8), large},
        std::vector<absl::string_view>(1200, "word")}) {
    CHECK(Command(words).bytes() == FormattedByHiredis(words));
  }
}

TEST_CASE("a script is run by its digest, or whole", "[redis]") {
  const Script script("return 1");
  const std::vector<absl::string_view> words = {"key", "argument"};
  const Script::Input input{.keys = 1, .words = words};
  CHECK(script.ByDigest(input).bytes() ==
        FormattedByHiredis({"EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", "1", "key", "argument"}));
  CHECK(script.ByText(input).bytes() == FormattedByHiredis({"EVAL", "return 1", "1", "key", "argument"}));
}

}  // namespace
}  // namespace boutique::redis
