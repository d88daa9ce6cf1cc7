// SPDX-License-Identifier: Apache-2.0
#include "loadgenerator/browser.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <string>
#include <vector>

#include "scripted_shop.h"
#include "support/catch.h"
#include "support/eventually.h"

namespace boutique::loadgenerator {
namespace {

namespace http = boost::beast::http;
using Request = ScriptedShop::Request;
using Response = ScriptedShop::Response;

// Visits by one browser, one after the other.
class Surfer {
 public:
  explicit Surfer(Shop address) : shop(std::move(address)) {}
  std::string Visit(std::string path, std::optional<std::string> form = {}) {
    std::string failure = "did not end";
    boost::asio::co_spawn(
        context_, browser.Visit(std::move(path), std::move(form)),
        [&](std::exception_ptr thrown, std::string kind) { failure = thrown ? "threw" : std::move(kind); });
    context_.restart();
    context_.run();
    return failure;
  }

  Shop shop;

 private:
  boost::asio::io_context context_;

 public:
  Browser browser{context_, shop};
};

std::string Text(boost::beast::string_view view) { return {view.data(), view.size()}; }

TEST_CASE("a page is fetched over a connection that is kept", "[browser]") {
  ScriptedShop shop([](const Request&, Response&) { return true; });
  Surfer surfer(shop.address());
  CHECK(surfer.Visit("/").empty());
  CHECK(surfer.Visit("/cart").empty());
  CHECK(shop.connections() == 1);
}

TEST_CASE("a shop that needs a password gets it with every request", "[browser]") {
  std::vector<std::string> given;
  ScriptedShop shop([&](const Request& request, Response&) {
    given.push_back(Text(request[http::field::authorization]));
    return true;
  });
  Shop address = shop.address();
  CHECK(Surfer(address).Visit("/").empty());
  address.authorization = "Basic YWRhOm9uZQ==";
  Surfer surfer(address);
  CHECK(surfer.Visit("/").empty());
  CHECK(surfer.Visit("/cart", "a=b").empty());
  CHECK(given == std::vector<std::string>{"", address.authorization, address.authorization});
}

TEST_CASE("cookies are kept and given back, until they are taken away", "[browser]") {
  std::vector<std::string> cookies;
  ScriptedShop shop([&](const Request& request, Response& response) {
    cookies.push_back(Text(request[http::field::cookie]));
    if (request.target() == "/in") response.insert(http::field::set_cookie, "session=1; Path=/; HttpOnly");
    if (request.target() == "/out") response.insert(http::field::set_cookie, "session=; Max-Age=0");
    return true;
  });
  {
    Surfer surfer(shop.address());
    for (const char* const path : {"/in", "/out", "/"}) CHECK(surfer.Visit(path).empty());
  }
  CHECK(cookies == std::vector<std::string>{"", "session=1", ""});
}

TEST_CASE("a form is posted, and its redirection fetched", "[browser]") {
  std::vector<std::string> seen;
  ScriptedShop shop([&](const Request& request, Response& response) {
    seen.push_back(Text(request.method_string()) + " " + Text(request.target()) + " " + request.body());
    if (request.method() == http::verb::post) {
      response.result(http::status::see_other);
      response.set(http::field::location, "/cart");
    }
    return true;
  });
  Surfer surfer(shop.address());
  CHECK(surfer.Visit("/cart", "quantity=1").empty());
  CHECK(seen == std::vector<std::string>{"POST /cart quantity=1", "GET /cart "});
}

TEST_CASE("each failure has its kind", "[browser]") {
  ScriptedShop shop([](const Request& request, Response& response) {
    const std::string path = Text(request.target());
    if (path == "/lost") return false;
    response.result(path == "/busy" ? 503 : 302);
    response.set(http::field::location, path == "/away" ? "http://elsewhere.example/" : "/round");
    return true;
  });
  Surfer surfer(shop.address());
  CHECK(surfer.Visit("/busy") == "status 503");
  CHECK(surfer.Visit("/away") == "sent away");
  CHECK(surfer.Visit("/round") == "too many redirections");
  CHECK(surfer.Visit("/lost") == "connection lost");
}

TEST_CASE("nobody there, and nobody who answers", "[browser]") {
  Surfer nobody({.host = "127.0.0.1", .port = "1"});
  CHECK(nobody.Visit("/") == "cannot connect");
  boost::asio::io_context context;
  boost::asio::ip::tcp::acceptor silent(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
  Surfer waiting({.host = "127.0.0.1",
                  .port = std::to_string(silent.local_endpoint().port()),
                  .patience = std::chrono::milliseconds(50)});
  CHECK(waiting.Visit("/") == "timeout");
}

TEST_CASE("a connection that the shop closed meanwhile is no failure", "[browser]") {
  ScriptedShop shop([](const Request&, Response& response) {
    response.keep_alive(false);
    return true;
  });
  Surfer surfer(shop.address());
  CHECK(surfer.Visit("/cart", "quantity=1").empty());
  CHECK(surfer.Visit("/cart", "quantity=1").empty());
  CHECK(shop.connections() == 2);
}

TEST_CASE("nor is one that it reset, or on which it said more than it was asked", "[browser]") {
  const bool resets = GENERATE(true, false);
  std::atomic<int> after = 0;
  ScriptedShop shop([](const Request&, Response&) { return true; },
                    [&](boost::asio::ip::tcp::socket& socket) {
                      if (resets) {
                        socket.set_option(boost::asio::socket_base::linger(true, 0));
                      } else {
                        const std::string more = "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n";
                        boost::asio::write(socket, boost::asio::buffer(more));
                      }
                      socket.close();
                      ++after;
                    });
  Surfer surfer(shop.address());
  CHECK(surfer.Visit("/").empty());
  CHECK(testing::Eventually([&] { return after == 1; }));
  CHECK(surfer.Visit("/cart", "quantity=1").empty());
  CHECK(shop.connections() == 2);
}

TEST_CASE("the shop is told the host that it was called by", "[browser]") {
  std::vector<std::string> hosts;
  ScriptedShop shop([&](const Request& request, Response&) {
    hosts.push_back(Text(request[http::field::host]));
    return true;
  });
  CHECK(Surfer(shop.address()).Visit("/").empty());
  CHECK(hosts == std::vector<std::string>{"127.0.0.1:" + shop.address().port});
  CHECK(Authority({.host = "shop", .port = "80"}) == "shop");
  CHECK(Authority({.host = "::1", .port = "8080"}) == "[::1]:8080");
}

TEST_CASE("redirections are resolved as browsers do", "[browser]") {
  const Shop shop{.host = "shop", .port = "80"};
  CHECK(RedirectedPath("/cart", shop, "/a?b") == "/cart");
  CHECK(RedirectedPath("?x=1", shop, "/a?b") == "/a?x=1");
  CHECK(RedirectedPath("b", shop, "/a/c?d") == "/a/b");
  CHECK(RedirectedPath("", shop, "/a?b") == "/a?b");
  CHECK(RedirectedPath("http://shop/x#top", shop, "/") == "/x");
  CHECK(RedirectedPath("https://shop:80", shop, "/") == "/");
  CHECK(RedirectedPath("http://[::1]:8080/x", {.host = "::1", .port = "8080"}, "/") == "/x");
  CHECK_FALSE(RedirectedPath("//elsewhere/x", shop, "/").has_value());
  CHECK_FALSE(RedirectedPath("http:/x", shop, "/").has_value());
}

}  // namespace
}  // namespace boutique::loadgenerator
