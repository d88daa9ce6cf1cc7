// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/postgres/options.h"

#include "platform/storage/postgres/statement_text.h"
#include "support/catch.h"

namespace boutique::postgres {
namespace {

TEST_CASE("a URL is read, and what is shown of it has no password", "[postgres]") {
  const auto options = ParseUrl("postgresql://ann:it%27s%5Csecret@db.example:6432/shop?sslmode=verify-full");
  REQUIRE_OK(options);
  CHECK(options->shown == "db.example:6432/shop");
  CHECK(options->connection.find("password='it\\'s\\\\secret'") != std::string::npos);
  CHECK(options->connection.find("sslmode='verify-full'") != std::string::npos);
  CHECK(options->connection.find("connect_timeout='3'") != std::string::npos);
  CHECK(ParseUrl("postgres://ann@/shop?host=/run/postgresql&connect_timeout=9")->shown == "/run/postgresql:5432/shop");
  CHECK(ParseUrl("postgres://ann@db?connect_timeout=9")->connection.find("connect_timeout='9'") != std::string::npos);
}

TEST_CASE("a password beside the URL wins over the one in it, as it is", "[postgres]") {
  for (const std::string url : {"postgresql://ann@db/shop", "postgresql://ann:old@db/shop"}) {
    const auto options = ParseUrl(url, "it's%20new");
    REQUIRE_OK(options);
    CHECK(options->connection.find("password='it\\'s%20new'") != std::string::npos);
    CHECK(options->connection.find("old") == std::string::npos);
  }
  CHECK(ParseUrl("postgresql://ann:old@db/shop", "")->connection.find("password='old'") != std::string::npos);
}

TEST_CASE("what is no URL of PostgreSQL is refused without its text", "[postgres]") {
  for (const std::string text : {"", "secret", "mysql://ann:secret@db/shop", "postgresql://ann:secret@db:70000x/?a=b",
                                 "postgresql://ann:secret@db/shop?no_such=secret", "host=db password=secret"}) {
    const auto options = ParseUrl(text);
    CHECK_CODE(options, kInvalidArgument);
    CHECK(options.status().message().find("secret") == std::string::npos);
  }
}

TEST_CASE("question marks are numbered but for those in quotes and comments", "[postgres]") {
  CHECK(Numbered("SELECT 1") == "SELECT 1");
  CHECK(Numbered("SELECT a FROM b WHERE c = ? LIMIT ?") == "SELECT a FROM b WHERE c = $1 LIMIT $2");
  CHECK(Numbered("SELECT '?', 'it''s ?', \"?\" -- why?\n, ?") == "SELECT '?', 'it''s ?', \"?\" -- why?\n, $1");
  CHECK(Numbered("?") == "$1");
  CHECK(Numbered("'?") == "'?");
}

}  // namespace
}  // namespace boutique::postgres
