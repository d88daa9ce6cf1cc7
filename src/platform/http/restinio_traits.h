// SPDX-License-Identifier: Apache-2.0
// How RESTinio is set up for us. Included by the server's sources only: RESTinio's headers are large.
// Threads: each object belongs to one I/O thread.
#pragma once

#include <sys/socket.h>

#include <memory>
#include <utility>

#include <restinio/all.hpp>

#include "absl/strings/string_view.h"

namespace boutique::http::internal {

namespace asio = boost::asio;

// A TCP socket that answers when RESTinio would not: it drops a connection that speaks no HTTP, breaks its limits or is
// too slow without a word. RESTinio shuts a socket down for that; if there is something unanswered then, this one says
// 400, 408, 413 or 431 first.
class AnsweringSocket final : public asio::ip::tcp::socket {
 public:
  using Base = asio::ip::tcp::socket;
  using Base::Base;
  AnsweringSocket(AnsweringSocket&&) = default;
  AnsweringSocket& operator=(AnsweringSocket&&) = default;

  template <typename Buffers, typename Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    // The handler keeps the connection, and so this socket, alive.
    auto executor = asio::get_associated_executor(handler, get_executor());
    const asio::mutable_buffer bytes(*asio::buffer_sequence_begin(buffers));
    auto counted = [this, bytes, handler = std::forward<Handler>(handler)](const boost::system::error_code& error,
                                                                    std::size_t size) mutable {
      unanswered_ += size;
      last_read_ = {static_cast<const char*>(bytes.data()), size};
      reading_ = true;
      failed_ = static_cast<bool>(error);
      handler(error, size);
      reading_ = false;
    };
    return Base::async_read_some(buffers, asio::bind_executor(executor, std::move(counted)));
  }

  template <typename Buffers, typename Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    unanswered_ = 0;
    return Base::async_write_some(buffers, std::forward<Handler>(handler));
  }

  void shutdown(shutdown_type what, boost::system::error_code& error) {
    if (unanswered_ > 0 && !(reading_ && failed_)) Answer();
    Base::shutdown(what, error);
  }

  // What the limits of this many bytes are said to be: RESTinio's own.
  static constexpr std::size_t kMostHeader = 64 * 1024;
  static constexpr std::size_t kMostBody = 1024 * 1024;

 private:
  // Defined in restinio_traits.cc.
  void Answer();
  int StatusOfFailure() const;

  std::size_t unanswered_ = 0;  // bytes read since the last answer began
  absl::string_view last_read_;  // good within a read's handler
  bool reading_ = false;        // within a read's handler: what fails now is a malformed request, not a timeout
  bool failed_ = false;         // the read itself failed: there is nobody to answer
};

// Called on the I/O thread for each connection.
class ConnectionWatcher {
 public:
  virtual void Opened(restinio::connection_id_t id) = 0;
  virtual void Closed(restinio::connection_id_t id) = 0;

 protected:
  ~ConnectionWatcher() = default;
};

struct StateListener {
  ConnectionWatcher* watcher;
  void state_changed(const restinio::connection_state::notice_t& notice) noexcept {
    if (restinio::holds_alternative<restinio::connection_state::accepted_t>(notice.cause())) {
      watcher->Opened(notice.connection_id());
    } else {
      watcher->Closed(notice.connection_id());
    }
  }
};

// Called on the I/O thread for each whole request.
class RequestTaker {
 public:
  virtual void Take(restinio::request_handle_t request) = 0;

 protected:
  ~RequestTaker() = default;
};

struct TakeRequest {
  RequestTaker* taker;
  restinio::request_handling_status_t operator()(restinio::request_handle_t request) const {
    taker->Take(std::move(request));
    return restinio::request_accepted();
  }
};

struct Traits : restinio::traits_t<restinio::asio_timer_manager_t, restinio::null_logger_t, TakeRequest,
                                   restinio::noop_strand_t, AnsweringSocket> {
  using connection_state_listener_t = StateListener;
};

}  // namespace boutique::http::internal
