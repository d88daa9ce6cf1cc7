// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/amqp/amqp_options.h"

#include "support/catch.h"

namespace boutique::amqp {
namespace {

TEST_CASE("a RabbitMQ's URL says all", "[amqp]") {
  const auto options =
      ParseUrl("amqps://sh%6Fp:p%40ss%2F:word@rabbit.example:5999/my%2Fshop?heartbeat=7&connection_timeout=1500"
               "&cacertfile=/etc/ca%20file.pem");
  REQUIRE_OK(options);
  CHECK(options->tls);
  CHECK(options->host == "rabbit.example");
  CHECK(options->port == 5999);
  CHECK(options->user == "shop");
  CHECK(options->password == "p@ss/:word");
  CHECK(options->vhost == "my/shop");
  CHECK(options->heartbeat == std::chrono::seconds(7));
  CHECK(options->connect_timeout == std::chrono::milliseconds(1500));
  CHECK(options->ca_file == "/etc/ca file.pem");
  CHECK(AddressOf(*options) == "rabbit.example:5999");
}

TEST_CASE("what a RabbitMQ's URL leaves out is RabbitMQ's own default", "[amqp]") {
  const auto options = ParseUrl("amqp://localhost");
  REQUIRE_OK(options);
  CHECK(options->port == 5672);
  CHECK(options->user == "guest");
  CHECK(options->password == "guest");
  CHECK(options->vhost == "/");
  CHECK_FALSE(options->tls);
  REQUIRE_OK(ParseUrl("amqps://localhost/"));
  CHECK(ParseUrl("amqps://localhost/")->port == 5671);
  CHECK(ParseUrl("amqps://localhost/")->vhost == "/");
  CHECK(ParseUrl("amqp://ada@localhost")->user == "ada");
  CHECK(ParseUrl("amqp://ada@localhost")->password == "guest");
  CHECK(ParseUrl("amqp://ada:@localhost")->password.empty());
  CHECK(AddressOf(*ParseUrl("amqp://[::1]:5673/x")) == "[::1]:5673");
}

TEST_CASE("a password beside the URL wins over the one in it, as it is", "[amqp]") {
  CHECK(ParseUrl("amqp://ada@localhost", "p@ss%2F")->password == "p@ss%2F");
  CHECK(ParseUrl("amqp://ada:old@localhost", "new")->password == "new");
  CHECK(ParseUrl("amqp://ada:old@localhost", "")->password == "old");
}

TEST_CASE("what is no RabbitMQ's URL is refused without a word of it", "[amqp]") {
  for (const char* text :
       {"", "rabbit:5672", "http://hunter2@host", "amqp://", "amqp://u:hunter2@", "amqp://u:hunter2@host:0",
        "amqp://u:hunter2@host:65536", "amqp://u:hunter2@host:x", "amqp://u:hunter2%4@host", "amqp://u:hunter2%-1@host",
        "amqp://u:hunter2%00@host", "amqp://host?heartbeat=0", "amqp://host?heartbeat=hunter2",
        "amqp://host?hunter2=hunter2", "amqp://[::1"}) {
    CAPTURE(text);
    const auto options = ParseUrl(text);
    CHECK_CODE(options, kInvalidArgument);
    CHECK(options.status().message().find("hunter2") == absl::string_view::npos);
  }
}

}  // namespace
}  // namespace boutique::amqp
