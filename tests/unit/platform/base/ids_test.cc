// SPDX-License-Identifier: Apache-2.0
#include "platform/base/ids.h"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/catch.h"

namespace boutique::base {
namespace {

TEST_CASE("D24: an id is a random UUID that says nothing of time or host", "[ids]") {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = RandomUuid();
    CHECK(IsUuidV4(id));
    CHECK(seen.insert(id).second);
  }
}

TEST_CASE("threads never draw the same id", "[ids]") {
  std::vector<std::vector<std::string>> drawn(4);
  std::vector<std::thread> threads;
  for (auto& mine : drawn) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 250; ++i) mine.push_back(RandomUuid());
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::string> seen;
  for (const auto& mine : drawn) seen.insert(mine.begin(), mine.end());
  CHECK(seen.size() == 1000);
}

TEST_CASE("what has not the form of a version 4 UUID is none", "[ids]") {
  CHECK(IsUuidV4("12345678-1234-4234-8234-123456789abc"));
  CHECK(IsUuidV4("00000000-0000-4000-b000-000000000000"));
  for (const char* text :
       {"", "12345678-1234-1234-1234-123456789123", "12345678-1234-4234-7234-123456789abc",
        "12345678-1234-4234-c234-123456789abc", "12345678-1234-4234-8234-123456789ABC",
        "12345678-1234-4234-8234-123456789ab", "12345678-1234-4234-8234-123456789abcd",
        "123456781234-4234-8234-1234-56789abc", "{12345678-1234-4234-8234-123456789a}",
        "12345678_1234_4234_8234_123456789abc", "g2345678-1234-4234-8234-123456789abc"}) {
    INFO(text);
    CHECK_FALSE(IsUuidV4(text));
  }
}

TEST_CASE("random bytes are as many as asked for", "[ids]") {
  for (const std::size_t count : {0, 1, 16, 257, 5000}) CHECK(RandomBytes(count).size() == count);
  CHECK(RandomBytes(32) != RandomBytes(32));
}

}  // namespace
}  // namespace boutique::base
