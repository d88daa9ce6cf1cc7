// SPDX-License-Identifier: Apache-2.0
// A shop of one thread that answers each request by a function, or not at all.
// Threads: made and ended by one; the function is called on the shop's own.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <atomic>
#include <functional>
#include <string>
#include <thread>

#include "loadgenerator/plan.h"

namespace boutique::loadgenerator {

class ScriptedShop {
 public:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;
  // False: the connection is closed without an answer.
  using Answer = std::function<bool(const Request&, Response&)>;

  // What is done to the connection after an answer.
  using After = std::function<void(boost::asio::ip::tcp::socket&)>;

  explicit ScriptedShop(Answer answer, After after = {}) : answer_(std::move(answer)), after_(std::move(after)) {
    thread_ = std::thread([this] { Serve(); });
  }
  ~ScriptedShop() {
    ended_ = true;
    boost::system::error_code ignored;
    boost::asio::ip::tcp::socket waker(context_);
    waker.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }

  Shop address() const { return {.host = "127.0.0.1", .port = std::to_string(acceptor_.local_endpoint().port())}; }
  int connections() const { return connections_; }

 private:
  // One connection at a time: a test's browser has but one.
  void Serve() {
    while (true) {
      boost::asio::ip::tcp::socket socket(context_);
      boost::system::error_code error;
      acceptor_.accept(socket, error);
      if (error || ended_) return;
      ++connections_;
      boost::beast::flat_buffer buffer;
      while (true) {
        Request request;
        boost::beast::http::read(socket, buffer, request, error);
        if (error) break;
        Response response;
        response.keep_alive(true);
        if (!answer_(request, response)) break;
        response.prepare_payload();
        boost::beast::http::write(socket, response, error);
        if (!error && after_) after_(socket);
        if (error || !response.keep_alive()) break;
      }
    }
  }

  Answer answer_;
  After after_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_{context_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
  std::atomic<bool> ended_ = false;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

}  // namespace boutique::loadgenerator
