// SPDX-License-Identifier: Apache-2.0
#include "platform/http/conditional.h"

#include "support/catch.h"

namespace boutique::http {
namespace {

TEST_CASE("an entity tag that the client has matches", "[http]") {
  CHECK(MatchesEtag("\"abc\"", "\"abc\""));
  CHECK(MatchesEtag("W/\"abc\"", "\"abc\""));
  CHECK(MatchesEtag("\"x\", \"abc\"", "W/\"abc\""));
  CHECK(MatchesEtag("*", "\"abc\""));
  CHECK_FALSE(MatchesEtag("", "\"abc\""));
  CHECK_FALSE(MatchesEtag("abc", "\"abc\""));
  CHECK_FALSE(MatchesEtag("\"ab\"", "\"abc\""));
}

TEST_CASE("the type that a client likes best is chosen", "[http]") {
  CHECK(BestType("", {"text/html", "application/json"}) == 0);
  CHECK(BestType("*/*", {"text/html", "application/json"}) == 0);
  CHECK(BestType("application/json", {"text/html", "application/json"}) == 1);
  CHECK(BestType("text/html,application/xhtml+xml,*/*;q=0.8", {"application/json", "text/html"}) == 1);
  CHECK(BestType("text/html;q=0.2, application/*;q=0.5", {"text/html", "application/json"}) == 1);
  CHECK(BestType("*/*, text/html;q=0", {"text/html", "application/json"}) == 1);
  CHECK(BestType("image/png", {"text/html", "application/json"}) == -1);
  CHECK(BestType("application/json;q=oops", {"application/json"}) == -1);
}

TEST_CASE("browsers get pages and tools get JSON", "[http]") {
  CHECK(PrefersJson("application/json"));
  CHECK(PrefersJson("application/json, text/plain;q=0.9, */*;q=0.5"));
  CHECK_FALSE(PrefersJson("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"));
  CHECK_FALSE(PrefersJson("*/*"));
  CHECK_FALSE(PrefersJson(""));
}

TEST_CASE("a media type is compared without case and parameters", "[http]") {
  CHECK(MediaType("Application/JSON; charset=utf-8") == "application/json");
  CHECK(MediaType("").empty());
}

TEST_CASE("only paths of this origin are local", "[http]") {
  CHECK(IsLocalPath("/"));
  CHECK(IsLocalPath("/product/MUG?x=1#top"));
  for (const char* path : {"", "product", "//evil.example", "/\\evil.example", "https://evil.example/", "/a\r\nX: y",
                           "/a b", "/a\\b", "\\\\evil"}) {
    INFO(path);
    CHECK_FALSE(IsLocalPath(path));
  }
}

}  // namespace
}  // namespace boutique::http
