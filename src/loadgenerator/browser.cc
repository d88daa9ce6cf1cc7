// SPDX-License-Identifier: Apache-2.0
#include "loadgenerator/browser.h"

#include <sys/socket.h>

#include <cerrno>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace boutique::loadgenerator {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::use_awaitable;

constexpr int kMostRedirections = 10;
constexpr std::size_t kMostBody = 16 * 1024 * 1024;

bool IsRedirection(unsigned status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string KindOf(const beast::error_code& error) {
  if (error == beast::error::timeout) return "timeout";
  if (error.category() == http::make_error_code(http::error::bad_method).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return "no HTTP";
  }
  return "connection lost";
}

}  // namespace

std::string Authority(const Shop& shop) {
  const std::string host = absl::StrContains(shop.host, ':') ? absl::StrCat("[", shop.host, "]") : shop.host;
  return shop.port == "80" ? host : absl::StrCat(host, ":", shop.port);
}

std::optional<std::string> RedirectedPath(const std::string& location, const Shop& shop, const std::string& path) {
  absl::string_view rest = location;
  for (const char* const scheme : {"http:", "https:"}) absl::ConsumePrefix(&rest, scheme);
  if (absl::ConsumePrefix(&rest, "//")) {
    const absl::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    const std::string ours = Authority(shop);
    if (authority != ours && (shop.port != "80" || authority != absl::StrCat(ours, ":80"))) return std::nullopt;
    rest.remove_prefix(authority.size());
    if (!absl::StartsWith(rest, "/")) return absl::StrCat("/", rest);
  } else if (rest.size() != location.size()) {
    return std::nullopt;
  }
  rest = rest.substr(0, rest.find('#'));
  if (rest.empty()) return path;
  if (rest[0] == '/') return std::string(rest);
  const std::string page = path.substr(0, path.find('?'));
  if (rest[0] == '?') return absl::StrCat(page, rest);
  return absl::StrCat(page.substr(0, page.rfind('/') + 1), rest);
}

Browser::Browser(asio::io_context& context, const Shop& shop) : context_(context), shop_(shop), stream_(context) {}

asio::awaitable<std::string> Browser::Visit(std::string path, std::optional<std::string> form) {
  path = shop_.base_url + path;
  for (int i = 0; i <= kMostRedirections; ++i) {
    Response response;
    std::string failure = co_await Exchange(path, form, response);
    if (!failure.empty()) {
      Close();
      co_return failure;
    }
    KeepCookies(response);
    const unsigned status = response.result_int();
    if (!IsRedirection(status)) co_return status < 400 ? std::string() : absl::StrCat("status ", status);
    const auto location = response[http::field::location];
    auto next = RedirectedPath({location.data(), location.size()}, shop_, path);
    if (!next) co_return "sent away";
    path = *std::move(next);
    if (status < 307) form.reset();
  }
  co_return "too many redirections";
}

asio::awaitable<std::string> Browser::Exchange(const std::string& path, const std::optional<std::string>& form,
                                               Response& response) {
  if (!IsConnected()) {
    std::string failure = co_await Connect();
    if (!failure.empty()) co_return failure;
  }
  http::request<http::string_body> request(form ? http::verb::post : http::verb::get, path, 11);
  request.set(http::field::host, Authority(shop_));
  request.set(http::field::user_agent, "boutique-loadgenerator");
  if (!shop_.authorization.empty()) request.set(http::field::authorization, shop_.authorization);
  if (!cookies_.empty()) request.set(http::field::cookie, Cookies());
  if (form) {
    request.set(http::field::content_type, "application/x-www-form-urlencoded");
    request.body() = *form;
  }
  request.prepare_payload();

  beast::error_code error;
  stream_.expires_after(shop_.patience);
  co_await http::async_write(stream_, request, asio::redirect_error(use_awaitable, error));
  if (error) co_return KindOf(error);
  http::response_parser<http::string_body> parser;
  parser.body_limit(kMostBody);
  co_await http::async_read(stream_, buffer_, parser, asio::redirect_error(use_awaitable, error));
  if (error) co_return KindOf(error);
  response = parser.release();
  stream_.expires_never();
  if (!response.keep_alive()) Close();
  co_return std::string();
}

asio::awaitable<std::string> Browser::Connect() {
  Close();
  beast::error_code error;
  asio::ip::tcp::resolver resolver(context_);
  const auto addresses =
      co_await resolver.async_resolve(shop_.host, shop_.port, asio::redirect_error(use_awaitable, error));
  if (error) co_return "cannot connect";
  stream_.expires_after(shop_.patience);
  co_await stream_.async_connect(addresses, asio::redirect_error(use_awaitable, error));
  if (error) co_return error == beast::error::timeout ? "timeout" : "cannot connect";
  stream_.socket().set_option(asio::ip::tcp::no_delay(true), error);
  co_return std::string();
}

// A shop may close a connection while its shopper thinks, with or without a word (status 408); that is no failure, so it
// is found out before the next request.
bool Browser::IsConnected() {
  if (!stream_.socket().is_open()) return false;
  char byte = 0;
  const ssize_t received = recv(stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && buffer_.size() == 0;
}

void Browser::Close() {
  stream_.close();
  buffer_.clear();
}

void Browser::KeepCookies(const Response& response) {
  const auto cookies = response.equal_range(http::field::set_cookie);
  for (auto each = cookies.first; each != cookies.second; ++each) {
    const std::string text(each->value().data(), each->value().size());
    const std::string pair = text.substr(0, text.find(';'));
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) continue;
    if (absl::StrContains(text, "Max-Age=0") || absl::StrContains(text, "Max-Age=-")) {
      cookies_.erase(pair.substr(0, equals));
    } else {
      cookies_[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
  }
}

std::string Browser::Cookies() const {
  std::string header;
  for (const auto& [name, value] : cookies_) absl::StrAppend(&header, header.empty() ? "" : "; ", name, "=", value);
  return header;
}

}  // namespace boutique::loadgenerator
