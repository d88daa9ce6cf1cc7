// SPDX-License-Identifier: Apache-2.0
// Boost.Beast rather than prometheus-cpp's own server: that one needs up to two seconds to stop, and two threads.
#include "platform/runtime/metrics_endpoint.h"

#include <prometheus/text_serializer.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

namespace boutique::runtime {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto kPatience = std::chrono::seconds(5);  // with a client that neither asks nor reads
constexpr std::size_t kLongestRequest = 16 * 1024;

std::string Collect(const telemetry::Metrics& metrics) {
  std::vector<prometheus::MetricFamily> families = metrics.registry()->Collect();
  for (auto& family : metrics.process()->Collect()) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

// One connection: requests are answered one after the other. Owns itself through the pending operation.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, const telemetry::Metrics& metrics) : stream_(std::move(socket)), metrics_(metrics) {}

  void Read() {
    parser_.emplace();
    parser_->body_limit(kLongestRequest);
    parser_->header_limit(kLongestRequest);
    stream_.expires_after(kPatience);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, std::size_t) {
                       if (!error) self->Answer();
                     });
  }

 private:
  void Answer() {
    const auto& request = parser_->get();
    response_ = {};
    response_.version(request.version());
    response_.keep_alive(request.keep_alive());
    response_.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
    if (request.target().substr(0, request.target().find('?')) != "/metrics") {
      response_.result(http::status::not_found);
      response_.body() = "metrics are at /metrics\n";
    } else if (request.method() != http::verb::get && request.method() != http::verb::head) {
      response_.result(http::status::method_not_allowed);
      response_.set(http::field::allow, "GET, HEAD");
    } else {
      response_.body() = Collect(metrics_);
    }
    response_.prepare_payload();
    if (request.method() == http::verb::head) response_.body().clear();
    http::async_write(stream_, response_, [self = shared_from_this()](beast::error_code error, std::size_t) {
      if (!error && self->response_.keep_alive()) self->Read();
    });
  }

  beast::tcp_stream stream_;
  const telemetry::Metrics& metrics_;
  beast::flat_buffer buffer_{kLongestRequest};
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

}  // namespace

class MetricsEndpoint::Server {
 public:
  Server(const std::string& host, int port, const telemetry::Metrics& metrics)
      : acceptor_(context_, tcp::endpoint(asio::ip::make_address(host), static_cast<std::uint16_t>(port))),
        metrics_(metrics) {
    Accept();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Server() {
    context_.stop();
    thread_.join();
  }
  int port() const { return acceptor_.local_endpoint().port(); }

 private:
  void Accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return AcceptLater();
      std::make_shared<Connection>(std::move(socket), metrics_)->Read();
      Accept();
    });
  }
  // Whoever waits for a connection still waits: without files left, to try again at once would be to spin.
  void AcceptLater() {
    pause_.expires_after(std::chrono::milliseconds(100));
    pause_.async_wait([this](beast::error_code error) {
      if (!error) Accept();
    });
  }

  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer pause_{context_};
  const telemetry::Metrics& metrics_;
  std::thread thread_;
};

MetricsEndpoint::MetricsEndpoint() = default;
MetricsEndpoint::~MetricsEndpoint() = default;

absl::Status MetricsEndpoint::Start(const std::string& host, int port, const telemetry::Metrics& metrics) {
  try {
    server_ = std::make_unique<Server>(host, port, metrics);
  } catch (const boost::system::system_error& error) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", host, ":", port, ": ", error.code().message(), " (METRICS_PORT)"));
  }
  return absl::OkStatus();
}

void MetricsEndpoint::Stop() { server_.reset(); }

int MetricsEndpoint::port() const { return server_ == nullptr ? 0 : server_->port(); }

}  // namespace boutique::runtime
