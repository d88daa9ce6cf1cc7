// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_reply_reader.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "support/catch.h"

namespace boutique::redis::internal {
namespace {

// "[a, [1, nil], 'x']": the value in a form to compare.
std::string Shown(const View& view) {
  if (view.IsInteger()) return absl::StrCat(view.integer());
  if (view.IsNil()) return "nil";
  if (view.IsText()) return absl::StrCat("'", view.text(), "'");
  std::string parts;
  for (std::size_t i = 0; i < view.size(); ++i) absl::StrAppend(&parts, i == 0 ? "" : ", ", Shown(view[i]));
  return absl::StrCat("[", parts, "]");
}

// What the reader makes of the bytes, each reply in its form, "!" and the message for an error.
std::string Read(ReplyReader& reader, const std::string& bytes) {
  CHECK(reader.Feed(bytes.data(), bytes.size()));
  std::string all;
  while (true) {
    const auto next = reader.Next();
    if (!next.ok()) return all + "?";
    if (!next->has_value()) return all;
    const absl::Status error = (*next)->Error();
    absl::StrAppend(&all, error.ok() ? Shown((*next)->view()) : absl::StrCat("!", error.message()), ";");
  }
}

const char* const kEverything =
    "+OK\r\n:-42\r\n$3\r\nfoo\r\n$0\r\n\r\n$-1\r\n*0\r\n*-1\r\n*2\r\n$1\r\na\r\n:7\r\n"
    "*3\r\n*2\r\n+x\r\n*1\r\n:1\r\n$-1\r\n*2\r\n$1\r\ny\r\n$1\r\nz\r\n-ERR no\r\n:1\r\n";
const char* const kShown =
    "'OK';-42;'foo';'';nil;[];nil;['a', 7];[['x', [1]], nil, ['y', 'z']];!ERR no;1;";

TEST_CASE("replies of every kind are read, nested lists too", "[redis]") {
  ReplyReader reader;
  CHECK(Read(reader, kEverything) == kShown);
}

TEST_CASE("replies are read however their bytes are cut", "[redis]") {
  ReplyReader reader;
  std::string shown;
  for (const char byte : std::string(kEverything)) shown += Read(reader, std::string(1, byte));
  CHECK(shown == kShown);
}

TEST_CASE("what is not Redis's protocol is an error", "[redis]") {
  for (const char* bytes : {"HTTP/1.1 200 OK\r\n", "*2\r\n:1\r\nnonsense\r\n", "*999999999999999999999\r\n",
                            "*2000000000\r\n"}) {
    ReplyReader reader;
    CHECK(Read(reader, bytes) == "?");
  }
}

TEST_CASE("an error within a list does not hide the list", "[redis]") {
  ReplyReader reader;
  CHECK(Read(reader, "*2\r\n-ERR no\r\n:1\r\n") == "[[], 1];");
}

}  // namespace
}  // namespace boutique::redis::internal
