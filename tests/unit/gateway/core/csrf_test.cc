// SPDX-License-Identifier: Apache-2.0
#include "gateway/csrf.h"

#include "support/catch.h"

namespace boutique::gateway {
namespace {

constexpr char kId[] = "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d";

Origin Of(std::vector<http::Header> headers) {
  http::Request request;
  request.headers = std::move(headers);
  request.headers.emplace_back("Host", "shop.example:8080");
  return OriginOf(request);
}

TEST_CASE("a form's token is good for its session, and is never twice the same", "[gateway][D19]") {
  const std::string first = CsrfToken(kId);
  const std::string second = CsrfToken(kId);
  CHECK(first != second);
  CHECK(IsCsrfToken(first, kId));
  CHECK(IsCsrfToken(second, kId));
  CHECK_FALSE(IsCsrfToken(first, "5f1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d"));
}

TEST_CASE("what is no token is refused", "[gateway]") {
  std::string changed = CsrfToken(kId);
  changed[10] = changed[10] == 'A' ? 'B' : 'A';
  for (const std::string& token :
       {std::string(), std::string("x"), std::string(86, 'A'), changed, changed + "AAAA", std::string(100000, 'A')}) {
    CHECK_FALSE(IsCsrfToken(token, kId));
  }
}

TEST_CASE("an unsafe request's origin must be the shop's own", "[gateway][D19]") {
  CHECK(Of({}) == Origin::kUnknown);
  CHECK(Of({{"Origin", "http://shop.example:8080"}}) == Origin::kSame);
  CHECK(Of({{"Origin", "http://SHOP.example:8080"}, {"Sec-Fetch-Site", "same-origin"}}) == Origin::kSame);
  CHECK(Of({{"Sec-Fetch-Site", "none"}}) == Origin::kSame);
  for (const char* origin : {"http://evil.example", "http://shop.example", "http://shop.example:8081", "null", "",
                             "http://shop.example:8080.evil.example", "ftp://shop.example:8080"}) {
    INFO(origin);
    CHECK(Of({{"Origin", origin}}) == Origin::kOther);
  }
  for (const char* site : {"cross-site", "same-site", ""}) {
    INFO(site);
    CHECK(Of({{"Sec-Fetch-Site", site}}) == Origin::kOther);
    CHECK(Of({{"Origin", "http://shop.example:8080"}, {"Sec-Fetch-Site", site}}) == Origin::kOther);
  }
  CHECK(Of({{"Origin", "http://evil.example"}, {"Sec-Fetch-Site", "same-origin"}}) == Origin::kOther);
}

TEST_CASE("behind a proxy that ends https, http is another origin", "[gateway]") {
  http::Request request;
  request.headers = {
      {"Host", "shop.example"}, {"X-Forwarded-Proto", "https"}, {"Origin", "https://shop.example"}};
  CHECK(OriginOf(request) == Origin::kSame);
  request.headers[2].second = "https://shop.example:443";
  CHECK(OriginOf(request) == Origin::kSame);
  request.headers[2].second = "http://shop.example";
  CHECK(OriginOf(request) == Origin::kOther);
}

}  // namespace
}  // namespace boutique::gateway
