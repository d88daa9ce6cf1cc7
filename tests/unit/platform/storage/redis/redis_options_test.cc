// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_options.h"

#include "support/catch.h"

namespace boutique::redis {
namespace {

TEST_CASE("a Redis is named by host and port", "[redis]") {
  std::vector<std::string> ignored;
  const auto options = ParseOptions("redis-cart:6390", &ignored);
  REQUIRE_OK(options);
  REQUIRE(options->endpoints.size() == 1);
  CHECK(ToString(options->endpoints[0]) == "redis-cart:6390");
  CHECK_FALSE(options->tls);
  CHECK(ignored.empty());
}

TEST_CASE("the port is Redis's own unless it is given", "[redis]") {
  std::vector<std::string> ignored;
  CHECK(ParseOptions("redis", &ignored)->endpoints[0].port == 6379);
  CHECK(ParseOptions("redis,ssl=true", &ignored)->endpoints[0].port == 6380);
  CHECK(ToString(ParseOptions("[::1]:7000", &ignored)->endpoints[0]) == "[::1]:7000");
  CHECK(ToString(ParseOptions("[::1]", &ignored)->endpoints[0]) == "[::1]:6379");
}

TEST_CASE("options follow the addresses as StackExchange.Redis writes them", "[redis]") {
  std::vector<std::string> ignored;
  const auto options = ParseOptions(
      "a:1, b:2,password=se=cret,user=shop,SSL=True,sslHost=redis.example,defaultDatabase=3,abortConnect=false,"
      "connectTimeout=250",
      &ignored);
  REQUIRE_OK(options);
  CHECK(options->endpoints.size() == 2);
  CHECK(options->password == "se=cret");
  CHECK(options->user == "shop");
  CHECK(options->tls);
  CHECK(options->tls_name == "redis.example");
  CHECK(options->database == 3);
  CHECK(options->connect_timeout == std::chrono::milliseconds(250));
  CHECK(ignored.empty());
}

TEST_CASE("sentinels are named like servers, with the master that they watch", "[redis]") {
  std::vector<std::string> ignored;
  const auto options = ParseOptions("a,b:26380,sentinel=carts,password=secret", &ignored);
  REQUIRE_OK(options);
  CHECK(options->sentinel == "carts");
  REQUIRE(options->endpoints.size() == 2);
  CHECK(ToString(options->endpoints[0]) == "a:26379");
  CHECK(ToString(options->endpoints[1]) == "b:26380");
  CHECK(ignored.empty());
  CHECK_CODE(ParseOptions("a,sentinel=", &ignored), kInvalidArgument);
}

TEST_CASE("an option without a meaning here is named, without its value", "[redis]") {
  std::vector<std::string> ignored;
  REQUIRE_OK(ParseOptions("a:1,allowAdmin=true,sentinelPassword=secret", &ignored));
  CHECK(ignored == std::vector<std::string>{"allowAdmin", "sentinelPassword"});
}

TEST_CASE("an address that cannot be read is refused without repeating it", "[redis]") {
  std::vector<std::string> ignored;
  for (const char* text : {"", ",", ":6379", "secret:", "secret:x", "secret:0", "secret:65536", "secret:1:2", "[secret",
                           "password=secret", "a:1,ssl=secret", "a:1,defaultDatabase=secret",
                           "a:1,defaultDatabase=-1"}) {
    INFO(text);
    const auto options = ParseOptions(text, &ignored);
    CHECK_CODE(options, kInvalidArgument);
    CHECK(options.status().message().find("secret") == absl::string_view::npos);
  }
}

}  // namespace
}  // namespace boutique::redis
