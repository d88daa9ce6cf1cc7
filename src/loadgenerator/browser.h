// SPDX-License-Identifier: Apache-2.0
// What a shopper's browser does over HTTP: one connection that is kept, cookies, redirections.
// Belongs to the thread that runs its io_context.
#pragma once

// Boost 1.74 leaves this one out of awaitable.hpp.
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "loadgenerator/plan.h"

namespace boutique::loadgenerator {

// The shop's host and port as a request names them: [::1]:8080, or shop, if the port is 80.
std::string Authority(const Shop& shop);

// The path, with its query, that `location` means for a page of `shop` at `path`; nothing if it leads to another host.
std::optional<std::string> RedirectedPath(const std::string& location, const Shop& shop, const std::string& path);

class Browser {
 public:
  // The shop outlives the browser.
  Browser(boost::asio::io_context& context, const Shop& shop);

  // One visit: a request and its redirections, up to the last answer's end. `path` is within the shop; a body is a form
  // that is posted. Returns the kind of failure, empty if there was none: "status 404" and the like from 400 on,
  // "cannot connect", "timeout" (longer than the shop's patience without an answer), "connection lost", "no HTTP",
  // "sent away", "too many redirections".
  boost::asio::awaitable<std::string> Visit(std::string path, std::optional<std::string> form = {});

 private:
  using Response = boost::beast::http::response<boost::beast::http::string_body>;

  boost::asio::awaitable<std::string> Exchange(const std::string& path, const std::optional<std::string>& form,
                                               Response& response);
  boost::asio::awaitable<std::string> Connect();
  bool IsConnected();
  void Close();
  void KeepCookies(const Response& response);
  std::string Cookies() const;

  boost::asio::io_context& context_;
  const Shop& shop_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  std::map<std::string, std::string> cookies_;
};

}  // namespace boutique::loadgenerator
