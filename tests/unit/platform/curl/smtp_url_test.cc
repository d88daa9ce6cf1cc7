// SPDX-License-Identifier: Apache-2.0
#include "platform/curl/smtp_url.h"

#include <vector>

#include "support/catch.h"

namespace boutique::curl {
namespace {

TEST_CASE("a mail server's URL says how it is spoken to", "[smtp]") {
  struct Case {
    std::string text;
    std::string url;
    Encryption encryption;
    std::string user;
    std::string password;
  };
  const std::vector<Case> cases = {
      {"smtp://mail.example.com:587", "smtp://mail.example.com:587/", Encryption::kStartTls, "", ""},
      {"smtps://mail.example.com", "smtps://mail.example.com/", Encryption::kFromStart, "", ""},
      {"smtps://localhost", "smtps://localhost/", Encryption::kFromStart, "", ""},
      {"smtp://localhost:1025", "smtp://localhost:1025/", Encryption::kNone, "", ""},
      {"smtp://127.0.0.1/shop.example.com", "smtp://127.0.0.1/shop.example.com", Encryption::kNone, "", ""},
      {"smtp://[::1]:25", "smtp://[::1]:25/", Encryption::kNone, "", ""},
      {"smtp://127.0.0.1.example.com", "smtp://127.0.0.1.example.com/", Encryption::kStartTls, "", ""},
      {"smtp://a%40b.c:p%2Fw@mail.example.com", "smtp://mail.example.com/", Encryption::kStartTls, "a@b.c", "p/w"},
  };
  for (const Case& each : cases) {
    INFO(each.text);
    const auto server = ParseSmtpUrl(each.text);
    REQUIRE_OK(server);
    CHECK(server->url == each.url);
    CHECK(server->encryption == each.encryption);
    CHECK(server->user == each.user);
    CHECK(server->password == each.password);
  }
}

TEST_CASE("what is no mail server's URL is refused, and not repeated", "[smtp]") {
  for (const std::string text : {"", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://a b",
                                 "smtp://u:secret@host:99999", "smtp://host?x=1", "smtp://host#x", "smtp:secret"}) {
    INFO(text);
    const auto server = ParseSmtpUrl(text);
    CHECK_CODE(server, kInvalidArgument);
    CHECK(server.status().message().find("secret") == std::string::npos);
  }
}

}  // namespace
}  // namespace boutique::curl
