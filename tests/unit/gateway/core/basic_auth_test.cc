// SPDX-License-Identifier: Apache-2.0
#include "gateway/basic_auth.h"

#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "password.h"
#include "platform/coro/when_all.h"
#include "support/catch.h"
#include "support/loop_call.h"

namespace boutique::gateway {
namespace {

using Verdict = BasicAuth::Verdict;

class Door {
 public:
  explicit Door(const std::string& users) {
    auto made = BasicAuth::Make(users, [this] { return now; });
    REQUIRE_OK(made);
    auth = *std::move(made);
  }
  Verdict Knock(const std::string& authorization, const std::string& address = "10.0.0.1") {
    const auto verdict = testing::LoopCall::Get(auth->Check(loop.call, authorization, address));
    REQUIRE_OK(verdict);
    return *verdict;
  }

  testing::LoopCall loop;
  std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
  std::unique_ptr<BasicAuth> auth;
};

TEST_CASE("a user with the password of any method comes in, and nobody else", "[basic-auth]") {
  for (const char* const method : {kSha512, kSha256, kBcrypt, kBcryptOfApache, kYescrypt}) {
    CAPTURE(method);
    Door door("ada:" + HashOf("päss:word 1", method));
    CHECK(door.Knock(Basic("ada", "päss:word 1")) == Verdict::kWelcome);
    CHECK(door.Knock(Basic("ada", "päss:word 2")) == Verdict::kUnknown);
    CHECK(door.Knock(Basic("ada", "")) == Verdict::kUnknown);
    CHECK(door.Knock(Basic("Ada", "päss:word 1")) == Verdict::kUnknown);
  }
}

TEST_CASE("each of several users has a password of their own", "[basic-auth]") {
  Door door("# who works here\nada:" + HashOf("one") + "\r\n\n  bob:" + HashOf("two", kBcrypt) + " eve:" + HashOf("three"));
  CHECK(door.auth->users() == 3);
  CHECK(door.Knock(Basic("ada", "one")) == Verdict::kWelcome);
  CHECK(door.Knock(Basic("bob", "two")) == Verdict::kWelcome);
  CHECK(door.Knock(Basic("eve", "three")) == Verdict::kWelcome);
  CHECK(door.Knock(Basic("ada", "two")) == Verdict::kUnknown);
  CHECK(door.Knock(Basic("bob", "one")) == Verdict::kUnknown);
}

TEST_CASE("what is no credentials is not even compared", "[basic-auth]") {
  Door door("ada:" + HashOf("one"));
  for (const std::string& header :
       {std::string(), std::string("Basic"), std::string("Basic "), std::string("Basic ???"), std::string("Basic YWRh"),
        absl::StrCat("Bearer ", absl::Base64Escape("ada:one")), absl::StrCat("Basic", absl::Base64Escape("ada:one")),
        Basic("ada", std::string("one\0two", 7)), Basic("ada", "one\n"), Basic("ada", std::string(512, 'x'))}) {
    CAPTURE(header);
    CHECK(door.Knock(header) == Verdict::kUnknown);
  }
  CHECK(door.auth->hashed() == 0);
  CHECK(door.Knock("bAsIc   " + absl::Base64Escape("ada:one") + " ") == Verdict::kWelcome);
}

TEST_CASE("the second request of a user costs no hash, for an hour", "[basic-auth]") {
  Door door("ada:" + HashOf("one"));
  CHECK(door.Knock(Basic("ada", "one")) == Verdict::kWelcome);
  CHECK(door.Knock(Basic("ada", "one"), "10.9.9.9") == Verdict::kWelcome);
  CHECK(door.auth->hashed() == 1);
  door.now += std::chrono::minutes(59);
  CHECK(door.Knock(Basic("ada", "one")) == Verdict::kWelcome);
  CHECK(door.auth->hashed() == 1);
  door.now += std::chrono::minutes(2);
  CHECK(door.Knock(Basic("ada", "one")) == Verdict::kWelcome);
  CHECK(door.auth->hashed() == 2);
}

TEST_CASE("those who come at once with one password wait for one hash", "[basic-auth]") {
  Door door("ada:" + HashOf("one"));
  std::vector<coro::Task<absl::StatusOr<Verdict>>> all;
  const auto ask = [&]() -> coro::Task<absl::StatusOr<Verdict>> {
    std::string authorization = Basic("ada", "one");
    std::string address = "10.0.0.1";
    auto verdict = co_await door.auth->Check(door.loop.call, std::move(authorization), std::move(address));
    co_return verdict;
  };
  for (int i = 0; i < 40; ++i) all.push_back(ask());
  const auto everybody = [&]() -> coro::Task<std::vector<absl::StatusOr<Verdict>>> {
    co_await rpc::ResumeOn(door.loop.loop);
    auto verdicts = co_await coro::WhenAll(std::move(all));
    co_return verdicts;
  };
  for (const auto& verdict : testing::LoopCall::Get(everybody())) {
    REQUIRE_OK(verdict);
    CHECK(*verdict == Verdict::kWelcome);
  }
  CHECK(door.auth->hashed() == 1);
}

TEST_CASE("a name that there is not costs a hash, as a wrong password does", "[basic-auth]") {
  Door door("ada:" + HashOf("one"));
  CHECK(door.Knock(Basic("nobody", "one")) == Verdict::kUnknown);
  CHECK(door.auth->hashed() == 1);
  CHECK(door.Knock(Basic("ada", "two")) == Verdict::kUnknown);
  CHECK(door.auth->hashed() == 2);
}

TEST_CASE("after ten failures an address is not heard for a moment, and who is known still comes in", "[basic-auth]") {
  Door door("ada:" + HashOf("one") + " bob:" + HashOf("two"));
  CHECK(door.Knock(Basic("ada", "one")) == Verdict::kWelcome);
  for (int i = 0; i < 10; ++i) CHECK(door.Knock(Basic("ada", absl::StrCat("guess ", i))) == Verdict::kUnknown);
  const auto hashed = door.auth->hashed();
  CHECK(door.Knock(Basic("ada", "guess")) == Verdict::kTooManyFailures);
  CHECK(door.Knock(Basic("bob", "two")) == Verdict::kTooManyFailures);
  CHECK(door.auth->hashed() == hashed);
  CHECK(door.Knock(Basic("ada", "one")) == Verdict::kWelcome);
  CHECK(door.Knock(Basic("bob", "two"), "10.0.0.2") == Verdict::kWelcome);
  door.now += std::chrono::seconds(1);
  CHECK(door.Knock(Basic("ada", "guess")) == Verdict::kUnknown);
}

TEST_CASE("users that cannot be are refused without a word of theirs", "[basic-auth]") {
  const std::string good = HashOf("one");
  struct Case {
    std::string users;
    const char* says;
  };
  const Case cases[] = {
      {" \n", "names no user"},
      {"# ada:" + good, "names no user"},
      {"ada", "entry 1: is not user:hash"},
      {good, "entry 1: is not user:hash"},
      {":" + good, "entry 1: is not user:hash"},
      {"ada:" + good + "\nbob", "entry 2: is not user:hash"},
      {"ada:" + good + " ada:" + good, "entry 2: its user is there already"},
      {"ada:hunter2", "entry 1: no password's hash of a kind that is known here"},
      {"ada:", "entry 1: no password's hash of a kind that is known here"},
      {"ada:$apr1$iaD7FRTg$1FUpcvCd7L4mfryJ3Btir/", "entry 1: no password's hash of a kind that is known here"},
      {"ada:$1$wZt.7HUM$VKxrcrQVlV1XcRvSDCqdH1", "entry 1: no password's hash of a kind that is known here"},
      {"ada:" + good.substr(0, good.size() - 1), "entry 1: the password's hash is not whole"},
      {"ada:" + good + "x", "entry 1: the password's hash is not whole"},
      {"ada:$6$0123456789abcdef", "entry 1: the password's hash is not whole"},
      {"ada:$6$", "entry 1: the password's hash is not whole"},
      {"ada:$2b$04$short", "entry 1: the password's hash is not whole"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.users);
    const auto made = BasicAuth::Make(each.users);
    CHECK_CODE(made, kInvalidArgument);
    CHECK(absl::StrContains(made.status().message(), each.says));
    for (const char* const secret : {"hunter2", "ada", "0123456789abcdef", "iaD7FRTg", "wZt.7HUM"}) {
      CHECK_FALSE(absl::StrContains(made.status().message(), secret));
    }
  }
}

TEST_CASE("only one Authorization counts, and none stays", "[basic-auth]") {
  http::Request request;
  request.headers = {{"AUTHORIZATION", "a"}, {"Host", "shop"}};
  CHECK(TakeAuthorization(&request) == "a");
  CHECK(request.headers.size() == 1);
  CHECK(TakeAuthorization(&request).empty());
  request.headers = {{"Authorization", "a"}, {"Host", "shop"}, {"authorization", "b"}};
  CHECK(TakeAuthorization(&request).empty());
  CHECK(request.headers.size() == 1);
}

TEST_CASE("probes and what an error page is made of are open, the rest is not", "[basic-auth]") {
  struct Case {
    const char* route;
    const char* path;
    bool open;
  };
  const Case cases[] = {
      {"/_healthz", "", true},
      {"/readyz", "", true},
      {"/robots.txt", "", true},
      {"/static/*path", "styles/shop.css", true},
      {"/static/*path", "scripts/shop.js", true},
      {"/static/*path", "img/icons/cart.svg", true},
      {"/static/*path", "img/products/mug.jpg", false},
      {"/static/*path", "img/products/", false},
      {"/static/*path", "", false},
      {"/health", "", false},
      {"/", "", false},
      {"/api/v1/products", "", false},
      {"", "", false},
  };
  for (const Case& each : cases) {
    CAPTURE(each.route, each.path);
    http::Request request;
    request.route = each.route;
    request.params = {{"path", each.path}};
    CHECK(IsOpenToAnybody(request) == each.open);
  }
}

}  // namespace
}  // namespace boutique::gateway
