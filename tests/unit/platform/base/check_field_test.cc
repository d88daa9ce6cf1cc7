// SPDX-License-Identifier: Apache-2.0
#include "platform/base/check_field.h"

#include <string>

#include "platform/base/clock.h"
#include "support/catch.h"

namespace boutique::base {
namespace {

TEST_CASE("a field's length has bounds, and a refusal names field, bounds and length", "[check_field]") {
  CHECK(CheckLength("city", "x", 1, 3).ok());
  CHECK(CheckLength("city", "xyz", 1, 3).ok());
  CHECK(CheckLength("state", "", 0, 3).ok());
  const absl::Status missing = CheckLength("city", "", 1, 3);
  CHECK_CODE(missing, kInvalidArgument);
  CHECK(missing.message() == "city: is required");
  const absl::Status long_one = CheckLength("city", "wxyz", 1, 3);
  CHECK_CODE(long_one, kInvalidArgument);
  CHECK(long_one.message() == "city: must have 1 to 3 bytes, not 4");
  CHECK_CODE(CheckLength("city", "x", 2, 3), kInvalidArgument);
  const absl::Status cut_short = CheckLength("city", std::string("x\0y", 3), 1, 3);
  CHECK_CODE(cut_short, kInvalidArgument);
  CHECK(cut_short.message() == "city: must not have a NUL character");
}

TEST_CASE("a user id has 1 to 128 bytes", "[check_field]") {
  CHECK(CheckUserId("u").ok());
  CHECK(CheckUserId(std::string(128, 'u')).ok());
  CHECK(CheckUserId("").message() == "user_id: is required");
  CHECK_CODE(CheckUserId(std::string(129, 'u')), kInvalidArgument);
}

TEST_CASE("an idempotency key has 16 to 64 visible characters", "[check_field]") {
  CHECK(CheckIdempotencyKey(std::string(16, 'k')).ok());
  CHECK(CheckIdempotencyKey(std::string(64, '~')).ok());
  CHECK(CheckIdempotencyKey("12345678-1234-4234-8234-123456789abc").ok());
  for (const std::string& key : {std::string(), std::string(15, 'k'), std::string(65, 'k'), std::string(20, ' '),
                                 std::string(20, '\n'), std::string(20, '\0'), std::string(20, '\x7f'),
                                 std::string(20, '\x80'), std::string(16, 'k') + "\t"}) {
    CHECK_CODE(CheckIdempotencyKey(key), kInvalidArgument);
  }
}

TEST_CASE("a chain of checks ends with the first that fails", "[check_field]") {
  int asked = 0;
  const auto next = [&asked] {
    ++asked;
    return FieldOutOfRange("quantity", "must be from 1 to 1000");
  };
  const absl::Status first = AndThen(InvalidField("user_id", "is required"), next);
  CHECK(first == absl::InvalidArgumentError("user_id: is required"));
  CHECK(asked == 0);
  const absl::Status second = AndThen(absl::OkStatus(), next);
  CHECK(second == absl::OutOfRangeError("quantity: must be from 1 to 1000"));
  CHECK(asked == 1);
}

TEST_CASE("a clock counts milliseconds since 1970", "[clock]") {
  struct StoppedClock final : Clock {
    std::chrono::system_clock::time_point Now() const override {
      return std::chrono::system_clock::time_point(std::chrono::microseconds(1'234'567));
    }
  };
  CHECK(StoppedClock().NowMs() == 1234);
  CHECK(SystemClock::Instance().NowMs() > 1'700'000'000'000);
}

TEST_CASE("plausible addresses pass", "[check_field]") {
  for (const char* address :
       {"a@b.c", "someone@example.com", "o'neil+shop@mail.example.co.uk", "müller@bücher.example"}) {
    INFO(address);
    CHECK(CheckEmail("email", address).ok());
  }
  CHECK(CheckEmail("email", std::string(64, 'a') + "@" + std::string(185, 'b') + ".com").ok());
}

TEST_CASE("what no mail server could know is refused, without repeating it", "[check_field]") {
  const std::string longest = std::string(64, 'a') + "@" + std::string(186, 'b') + ".com";
  for (const std::string& address :
       {std::string(), std::string("anna"), std::string("@example.com"), std::string("anna@"),
        std::string("anna@localhost"), std::string("anna@.com"), std::string("anna@example."),
        std::string("anna@example..com"), std::string("an..na@example.com"), std::string(".anna@example.com"),
        std::string("anna.@example.com"), std::string("anna@bob@example.com"), std::string("an na@example.com"),
        std::string("anna@example.com\r\nBcc: all@example.com"), std::string("anna\0@example.com", 17),
        std::string("<anna@example.com>"), std::string("anna,bob@example.com"),
        std::string(65, 'a') + "@example.com", longest}) {
    INFO(address);
    const absl::Status bad = CheckEmail("email", address);
    CHECK_CODE(bad, kInvalidArgument);
    CHECK(bad.message().substr(0, 6) == "email:");
    CHECK(bad.message().find("anna") == absl::string_view::npos);
  }
}

}  // namespace
}  // namespace boutique::base
