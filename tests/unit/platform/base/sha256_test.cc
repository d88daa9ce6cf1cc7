// SPDX-License-Identifier: Apache-2.0
#include "platform/base/sha256.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "support/catch.h"

namespace boutique::base {
namespace {

TEST_CASE("digests are those of the standard's examples", "[sha256]") {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const auto& [text, digest] : table) CHECK(absl::BytesToHexString(Sha256(text)) == digest);
}

TEST_CASE("a zero byte counts", "[sha256]") {
  CHECK(Sha256(std::string("a\0b", 3)) != Sha256("a"));
  CHECK(Sha256(std::string("a\0b", 3)).size() == 32);
}

}  // namespace
}  // namespace boutique::base
