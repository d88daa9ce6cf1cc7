// SPDX-License-Identifier: Apache-2.0
#include "platform/storage/redis/redis_link.h"

#include <unistd.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <concepts>
#include <cstring>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "platform/storage/redis/redis_command.h"

namespace boutique::redis::internal {
namespace asio = boost::asio;

Link::Link(asio::io_context& io, asio::ssl::context* tls, const Options& options, LinkEvents& events)
    : options_(options),
      events_(events),
      tls_context_(tls),
      resolver_(io),
      socket_(io),
      patience_(io) {}

template <typename Function>
auto Link::Unless(Function function) {
  return [self = shared_from_this(), function = std::move(function)](const Error& error, auto&&... rest)
             requires std::invocable<const Function&, const Error&, decltype(rest)...>
  {
    if (!self->closed_) function(error, rest...);
  };
}

void Link::Open(const Endpoint& endpoint) {
  host_ = endpoint.host;
  asks_sentinel_ = !options_.sentinel.empty();
  patience_.expires_after(options_.connect_timeout);
  patience_.async_wait(Unless([this](const Error& error) {
    if (!error) Fail("connecting took too long", "");
  }));
  Resolve(endpoint.port);
}

void Link::Resolve(int port) {
  resolver_.async_resolve(host_, absl::StrCat(port),
                          Unless([this](const Error& error, const Tcp::resolver::results_type& found) {
                            if (error) return Fail("its name is not known", error.message());
                            Connect(found);
                          }));
}

void Link::Connect(const Tcp::resolver::results_type& found) {
  asio::async_connect(socket_, found, Unless([this](const Error& error, const Tcp::endpoint&) {
                        if (error) return Fail("no connection", error.message());
                        Error ignored;  // it only makes things faster
                        socket_.set_option(Tcp::no_delay(true), ignored);
                        if (tls_context_ == nullptr) return Greet();
                        Secure();
                      }));
}

void Link::Secure() {
  const std::string& name = options_.tls_name.empty() ? host_ : options_.tls_name;
  Error not_an_address;
  asio::ip::make_address(name, not_an_address);
  try {
    tls_.emplace(socket_, *tls_context_);
    tls_->set_verify_callback(asio::ssl::host_name_verification(name));
  } catch (const boost::system::system_error& error) {
    return Fail("no TLS", error.what());
  }
  // The name is sent along for servers that have several certificates; an address must not be.
  if (not_an_address) SSL_set_tlsext_host_name(tls_->native_handle(), name.c_str());
  tls_->async_handshake(asio::ssl::stream_base::client, Unless([this](const Error& error) {
                          if (error) return Fail("no TLS", error.message());
                          Greet();
                        }));
}

void Link::Greet() {
  std::vector<Command> greeting;
  const auto add = [&greeting](absl::Span<const absl::string_view> words) { greeting.emplace_back(words); };
  if (asks_sentinel_) {
    add({"SENTINEL", "get-master-addr-by-name", options_.sentinel});
    return Say(greeting);
  }
  if (!options_.password.empty() && options_.user.empty()) add({"AUTH", options_.password});
  if (!options_.password.empty() && !options_.user.empty()) add({"AUTH", options_.user, options_.password});
  if (options_.database != 0) add({"SELECT", absl::StrCat(options_.database)});
  if (!options_.sentinel.empty()) add({"ROLE"});  // the sentinel may not have noticed yet
  add({"PING"});  // a Redis that still loads its data refuses it
  Say(greeting);
}

void Link::Say(const std::vector<Command>& greeting) {
  out_.clear();
  for (const Command& command : greeting) absl::StrAppend(&out_, command.bytes());
  greetings_left_ = static_cast<int>(greeting.size());
  WriteOut(Unless([this](const Error& error, std::size_t) {
    if (error) Fail("the connection broke", error.message());
  }));
  Read();
}

template <typename Handler>
void Link::WriteOut(Handler handler) {
  if (tls_.has_value()) {
    asio::async_write(*tls_, asio::buffer(out_), std::move(handler));
  } else {
    asio::async_write(socket_, asio::buffer(out_), std::move(handler));
  }
}

void Link::Write(std::string* bytes) {
  out_.swap(*bytes);
  WriteOut(Unless([this](const Error& error, std::size_t) {
    if (error) return Fail("the connection broke", error.message());
    events_.OnWritten();
  }));
}

void Link::Read() {
  auto on_read = Unless([this](const Error& error, std::size_t size) {
    if (error) return Fail("the connection broke", error.message());
    Parse(size);
  });
  if (tls_.has_value()) {
    tls_->async_read_some(asio::buffer(buffer_), std::move(on_read));
  } else {
    socket_.async_read_some(asio::buffer(buffer_), std::move(on_read));
  }
}

void Link::Parse(std::size_t size) {
  if (!reader_.Feed(buffer_.data(), size)) return Fail("no memory for a reply", "");
  const bool was_open = greetings_left_ == 0;
  while (!closed_ && !master_.has_value()) {
    auto value = reader_.Next();
    if (!value.ok()) return Fail(value.status().message(), "");
    if (!value->has_value()) break;
    if (greetings_left_ > 0) {
      TakeGreeting(**value);
    } else {
      events_.OnValue(**std::move(value));
    }
  }
  if (!closed_ && was_open) events_.OnValuesEnd();
  if (closed_) return;
  if (master_.has_value()) return FollowMaster();
  Read();
}

void Link::TakeGreeting(const Value& value) {
  if (const absl::Status refused = value.Error(); !refused.ok()) return Fail("it refuses us", refused.message());
  if (asks_sentinel_) return TakeMaster(value);
  const View role = value.view();
  if (role.size() > 0 && role[0].text() != "master") return Fail("it is not the master any more", "");
  if (--greetings_left_ > 0) return;
  patience_.cancel();
  events_.OnOpen();
}

void Link::TakeMaster(const Value& value) {
  const View parts = value.view();
  int port = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[1].text(), &port)) {
    return Fail("the sentinel knows no master of that name", "");
  }
  greetings_left_ = 0;
  master_ = Endpoint{.host = std::string(parts[0].text()), .port = port};
}

void Link::FollowMaster() {
  const Endpoint master = *std::exchange(master_, std::nullopt);
  asks_sentinel_ = false;
  host_ = master.host;
  Error ignored;  // nothing more is wanted of it
  tls_.reset();
  socket_.close(ignored);
  Resolve(master.port);
}

void Link::Fail(absl::string_view what, absl::string_view why) {
  Close();
  events_.OnClosed(absl::UnavailableError(absl::StrCat("redis: ", what, why.empty() ? "" : ": ", why)));
}

void Link::Close() {
  closed_ = true;
  Error ignored;  // there is nothing to do about it
  resolver_.cancel();
  patience_.cancel();
  socket_.close(ignored);
}

absl::StatusOr<std::unique_ptr<asio::ssl::context>> MakeTlsContext(const Options& options) {
  try {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1);
    context->set_verify_mode(asio::ssl::verify_peer);
    if (options.ca_file.empty()) {
      context->set_default_verify_paths();
    } else {
      context->load_verify_file(options.ca_file);
    }
    return context;
  } catch (const boost::system::system_error& error) {
    const std::string why = access(options.ca_file.c_str(), R_OK) == 0 ? error.what() : std::strerror(errno);
    return absl::InvalidArgumentError(
        absl::StrCat(options.ca_file, ": the authorities that vouch for Redis cannot be read: ", why));
  }
}

}  // namespace boutique::redis::internal
