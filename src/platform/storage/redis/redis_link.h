// SPDX-License-Identifier: Apache-2.0
// One connection to Redis, from the look-up of its name to its end; TCP, or TLS over it. With sentinels, one of them is
// asked first where the master is.
// Threads: everything on the thread that runs the io_context.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "platform/storage/redis/redis_command.h"
#include "platform/storage/redis/redis_options.h"
#include "platform/storage/redis/redis_reply_reader.h"
#include "platform/storage/redis/redis_value.h"

namespace boutique::redis::internal {

// What a link tells its owner. After OnClosed, or after Link::Close, nothing more.
class LinkEvents {
 public:
  virtual void OnOpen() = 0;               // connected, authenticated, and Redis serves
  virtual void OnValue(Value value) = 0;   // the next reply
  virtual void OnValuesEnd() = 0;          // no further reply has come yet
  virtual void OnWritten() = 0;            // the last Write has been taken
  virtual void OnClosed(absl::Status) = 0;  // UNAVAILABLE: it could not be opened, or it broke

 protected:
  ~LinkEvents() = default;
};

// Made by std::make_shared: operations under way keep it alive.
class Link final : public std::enable_shared_from_this<Link> {
 public:
  // `tls` is null for none; it, `options` and `events` outlive the link.
  Link(boost::asio::io_context& io, boost::asio::ssl::context* tls, const Options& options, LinkEvents& events);

  // Of Redis, or of a sentinel if the options name a master.
  void Open(const Endpoint& endpoint);
  // After OnOpen, and after the OnWritten of the write before. Takes the bytes, and leaves a string to fill anew.
  void Write(std::string* bytes);
  void Close();

 private:
  using Error = boost::system::error_code;
  using Tcp = boost::asio::ip::tcp;

  // A handler that keeps the link alive and does nothing once it is closed.
  template <typename Function>
  auto Unless(Function function);
  void Resolve(int port);
  void Connect(const Tcp::resolver::results_type& found);
  void Secure();
  void Greet();
  // Sends what a greeting is made of, and reads.
  void Say(const std::vector<Command>& greeting);
  void Read();
  void Parse(std::size_t size);
  void TakeGreeting(const Value& value);
  void TakeMaster(const Value& value);
  // Leaves the sentinel for the master that it named.
  void FollowMaster();
  void Fail(absl::string_view what, absl::string_view why);
  template <typename Handler>
  void WriteOut(Handler handler);

  const Options& options_;
  LinkEvents& events_;
  boost::asio::ssl::context* const tls_context_;
  Tcp::resolver resolver_;
  Tcp::socket socket_;
  std::optional<boost::asio::ssl::stream<Tcp::socket&>> tls_;
  boost::asio::steady_timer patience_;
  ReplyReader reader_;
  std::string host_;
  std::string out_;  // what is being written
  int greetings_left_ = 0;  // replies to the greeting that have not come yet
  bool asks_sentinel_ = false;      // this is, so far, a connection to a sentinel
  std::optional<Endpoint> master_;  // what it answered
  bool closed_ = false;
  std::array<char, 16384> buffer_;
};

// The settings of TLS connections: certificates are verified against the options' or the system's authorities.
// INVALID_ARGUMENT if the file of authorities cannot be used.
absl::StatusOr<std::unique_ptr<boost::asio::ssl::context>> MakeTlsContext(const Options& options);

}  // namespace boutique::redis::internal
