// SPDX-License-Identifier: Apache-2.0
#include "platform/http/router.h"

#include "support/catch.h"

namespace boutique::http {
namespace {

using Outcome = Router::Outcome;

rpc::Reply<Response> Nothing(const rpc::CallContext&, const Request&) { co_return Response(); }

Router Shop(absl::string_view prefix = "") { return Router(prefix); }

void AddRoutes(Router& router) {
  router.Add("GET", "/", Nothing);
  router.Add("GET", "/cart", Nothing);
  router.Add("POST", "/cart", Nothing);
  router.Add("POST", "/cart/empty", Nothing);
  router.Add("GET", "/product/:id", Nothing);
  router.Add("GET", "/product/new", Nothing);
  router.Add("DELETE", "/orders/:order/lines/:line", Nothing);
  router.Add("GET", "/static/*path", Nothing);
  router.Add("*", "/robots.txt", Nothing);
}

TEST_CASE("a route is found by method and path", "[http]") {
  Router router = Shop();
  AddRoutes(router);
  CHECK(router.Find("GET", "/").pattern == "/");
  CHECK(router.Find("GET", "/cart").pattern == "/cart");
  CHECK(router.Find("GET", "/cart/").pattern == "/cart");
  CHECK(router.Find("POST", "/cart/empty").outcome == Outcome::kFound);
  CHECK(router.Find("GET", "/nothing").outcome == Outcome::kNotFound);
  CHECK(router.Find("GET", "/cart/empty/more").outcome == Outcome::kNotFound);
  CHECK(router.Find("GET", "//").outcome == Outcome::kNotFound);
  CHECK(router.Find("PROPFIND", "/robots.txt").outcome == Outcome::kFound);
}

TEST_CASE("parameters are decoded", "[http]") {
  Router router = Shop();
  AddRoutes(router);
  const auto product = router.Find("GET", "/product/a%20b%2Fc");
  REQUIRE(product.outcome == Outcome::kFound);
  REQUIRE(product.params.size() == 1);
  CHECK(product.params[0] == std::pair<std::string, std::string>("id", "a b/c"));
  const auto line = router.Find("DELETE", "/orders/7/lines/x");
  REQUIRE(line.params.size() == 2);
  CHECK(line.params[1].second == "x");
  CHECK(router.Find("GET", "/product/").outcome == Outcome::kNotFound);
}

TEST_CASE("literal segments win over parameters", "[http]") {
  Router router = Shop();
  AddRoutes(router);
  CHECK(router.Find("GET", "/product/new").pattern == "/product/new");
  CHECK(router.Find("GET", "/product/old").pattern == "/product/:id");
}

TEST_CASE("the rest of a path is one parameter", "[http]") {
  Router router = Shop();
  AddRoutes(router);
  CHECK(router.Find("GET", "/static/img/mug.svg").params[0].second == "img/mug.svg");
  CHECK(router.Find("GET", "/static/").params[0].second.empty());
}

TEST_CASE("a method that a path does not know is answered with those that it does", "[http]") {
  Router router = Shop();
  AddRoutes(router);
  const auto match = router.Find("DELETE", "/cart");
  CHECK(match.outcome == Outcome::kMethodNotAllowed);
  CHECK(match.allow == "GET, HEAD, POST");
  CHECK(router.Find("GET", "/cart/empty").allow == "POST");
}

TEST_CASE("HEAD is served by the handler of GET", "[http]") {
  Router router = Shop();
  AddRoutes(router);
  CHECK(router.Find("HEAD", "/cart").outcome == Outcome::kFound);
  CHECK(router.Find("HEAD", "/cart/empty").outcome == Outcome::kMethodNotAllowed);
}

TEST_CASE("paths that would lead elsewhere are refused", "[http]") {
  Router router = Shop();
  AddRoutes(router);
  for (const char* path : {"", "cart", "*", "/static/../cart", "/static/%2e%2e/cart", "/static/%2E./x", "/./cart", "/static/a%5cb",
                           "/static/a\\b", "/static/a%00b", "/static/%0d%0a", "/static/%", "/static/%zz", "/a/%ff"}) {
    INFO(path);
    CHECK(router.Find("GET", path).outcome == Outcome::kBadPath);
  }
  // Names that only look like it.
  CHECK(router.Find("GET", "/static/..x").outcome == Outcome::kFound);
  CHECK(router.Find("GET", "/static/...").outcome == Outcome::kFound);
}

TEST_CASE("a path of very many segments is refused", "[http]") {
  Router router = Shop();
  AddRoutes(router);
  std::string path;
  for (int i = 0; i < 10000; ++i) path += "/a";
  CHECK(router.Find("GET", path).outcome == Outcome::kBadPath);
}

TEST_CASE("beneath a base URL there is the shop, and nothing outside it", "[http]") {
  Router router = Shop("/online-boutique");
  AddRoutes(router);
  CHECK(router.Find("GET", "/online-boutique").pattern == "/");
  CHECK(router.Find("GET", "/online-boutique/").pattern == "/");
  CHECK(router.Find("GET", "/online-boutique/product/MUG").params[0].second == "MUG");
  CHECK(router.Find("GET", "/").outcome == Outcome::kNotFound);
  CHECK(router.Find("GET", "/cart").outcome == Outcome::kNotFound);
  CHECK(router.Find("GET", "/online-boutiquex/cart").outcome == Outcome::kNotFound);
}

}  // namespace
}  // namespace boutique::http
