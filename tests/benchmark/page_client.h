// SPDX-License-Identifier: Apache-2.0
// A shopper of one connection: gets pages, keeps the session's cookie.
// Threads: belongs to one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace boutique::benchmark {

class PageClient {
 public:
  // `address` is host:port of an IP address or localhost.
  explicit PageClient(const std::string& address) : host_(address), stream_(context_) {
    const std::size_t colon = address.rfind(':');
    boost::asio::ip::tcp::resolver resolver(context_);
    stream_.connect(resolver.resolve(address.substr(0, colon), address.substr(colon + 1)));
  }

  // The page's body; ends this process with a message if the answer is not 200.
  std::string Get(const std::string& path) {
    namespace http = boost::beast::http;
    http::request<http::empty_body> request(http::verb::get, path, 11);
    request.set(http::field::host, host_);
    if (!cookie_.empty()) request.set(http::field::cookie, cookie_);
    http::write(stream_, request);
    http::response<http::string_body> response;
    http::read(stream_, buffer_, response);
    if (response.result_int() != 200) {
      std::fprintf(stderr, "GET %s: %u\n", path.c_str(), response.result_int());
      std::exit(1);
    }
    if (const auto set = response[http::field::set_cookie]; !set.empty() && cookie_.empty()) {
      cookie_ = std::string(set.substr(0, set.find(';')));
    }
    return response.body();
  }

 private:
  const std::string host_;
  boost::asio::io_context context_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::string cookie_;
};

}  // namespace boutique::benchmark
