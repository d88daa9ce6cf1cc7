// SPDX-License-Identifier: Apache-2.0
// The cart service as a program: with each of its stores, and with a Redis that comes and goes.
#include "services/cart/cart_module.h"

#include <cstdlib>

#include "hipstershop/cart.grpc.pb.h"
#include "support/catch.h"
#include "support/redis_server.h"
#include "support/service_program.h"
#include "support/temporary_folder.h"

namespace boutique::cart {
namespace {

using Health = grpc::health::v1::HealthCheckResponse;

struct Program : testing::ServiceProgram<CartModule, pb::CartService> {
  using ServiceProgram::ServiceProgram;

  grpc::StatusCode Add(std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    pb::AddItemRequest request;
    request.set_user_id("ann");
    request.mutable_item()->set_product_id("MUG");
    request.mutable_item()->set_quantity(1);
    pb::Empty reply;
    return stub->AddItem(&context, request, &reply).error_code();
  }
  // How many there are in the cart; -1 if it cannot be read.
  int Mugs() {
    grpc::ClientContext context;
    pb::GetCartRequest request;
    request.set_user_id("ann");
    pb::Cart cart;
    if (!stub->GetCart(&context, request, &cart).ok()) return -1;
    return cart.items().empty() ? 0 : cart.items(0).quantity();
  }
};

TEST_CASE_METHOD(testing::TemporaryFolder, "carts are found again after a restart", "[cart]") {
  {
    Program first(path());
    REQUIRE(first.problems.empty());
    REQUIRE(first.Becomes(Health::SERVING));
    REQUIRE(first.Add() == grpc::StatusCode::OK);
  }
  Program second(path());
  REQUIRE(second.problems.empty());
  CHECK(second.Mugs() == 1);
}

TEST_CASE("carts in memory are gone with the process", "[cart]") {
  {
    Program first(":memory:");
    REQUIRE(first.problems.empty());
    REQUIRE(first.Add() == grpc::StatusCode::OK);
    CHECK(first.Mugs() == 1);
  }
  Program second(":memory:");
  CHECK(second.Mugs() == 0);
}

TEST_CASE("complaint 8, D13: while Redis is away carts are NOT_SERVING, and calls end; then all is well", "[cart]") {
  testing::RedisServer server({.start = false});
  Program program(":memory:", {"--redis-addr=" + server.address() + ",abortConnect=false"});
  REQUIRE(program.problems.empty());
  REQUIRE(program.Becomes(Health::NOT_SERVING));
  CHECK(program.Add() == grpc::StatusCode::UNAVAILABLE);

  server.Start();
  REQUIRE(program.Becomes(Health::SERVING));
  CHECK(program.Add() == grpc::StatusCode::OK);

  server.Kill();
  REQUIRE(program.Becomes(Health::NOT_SERVING));
  const auto start = std::chrono::steady_clock::now();
  const grpc::StatusCode away = program.Add(std::chrono::milliseconds(200));
  CHECK((away == grpc::StatusCode::UNAVAILABLE || away == grpc::StatusCode::DEADLINE_EXCEEDED));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));

  server.Start();
  REQUIRE(program.Becomes(Health::SERVING));
  CHECK(program.Add() == grpc::StatusCode::OK);
  CHECK(program.Mugs() == 1);  // this Redis keeps nothing
}

TEST_CASE("a program stops at once while Redis is away", "[cart]") {
  testing::RedisServer server({.start = false});
  const auto start = std::chrono::steady_clock::now();
  {
    Program program(":memory:", {"--redis-addr=" + server.address()});
    REQUIRE(program.problems.empty());
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("carts are kept behind a password and TLS, set by option or environment", "[cart]") {
  testing::RedisServer server({.password = "open sesame", .tls = true});
  std::vector<std::string> arguments = {"--redis-ca-file=" + server.ca_file()};
  SECTION("in one line") {
    arguments.push_back("--redis-addr=" + server.address() + ",ssl=true,password=open sesame");
  }
  SECTION("each by itself") {
    arguments.insert(arguments.end(), {"--redis-addr=" + server.address(), "--redis-tls"});
    setenv("REDIS_PASSWORD", "open sesame", 1);
  }
  Program program(":memory:", arguments);
  unsetenv("REDIS_PASSWORD");
  REQUIRE(program.problems.empty());
  REQUIRE(program.Becomes(Health::SERVING));
  CHECK(program.Add() == grpc::StatusCode::OK);
  CHECK(server.Do({"EXISTS", "cart:ann"}) == "1");
}

TEST_CASE("a setting that cannot be used stops the start with one line that does not repeat it", "[cart]") {
  std::string argument;
  SECTION("an address") { argument = "--redis-addr=redis:secret"; }
  SECTION("an option") { argument = "--redis-addr=redis:6379,ssl=secret"; }
  Program program(":memory:", {argument});
  REQUIRE(program.problems.size() == 1);
  CHECK(program.problems[0].message().find("--redis-addr: ") == 0);
  CHECK(program.problems[0].message().find("secret") == absl::string_view::npos);
}

TEST_CASE("authorities that cannot be read stop the start with one line that names the file", "[cart]") {
  Program program(":memory:", {"--redis-addr=localhost", "--redis-tls", "--redis-ca-file=/nowhere/ca.crt"});
  REQUIRE(program.problems.size() == 1);
  CHECK(program.problems[0].message() ==
        "/nowhere/ca.crt: the authorities that vouch for Redis cannot be read: No such file or directory");
}

}  // namespace
}  // namespace boutique::cart
