// SPDX-License-Identifier: Apache-2.0
// Calls the I/O thread's attention. Unlike a post to the io_context it takes no lock that the woken thread then waits
// for. Threads: Ring is safe from any; everything else belongs to the thread that runs the io_context.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <utility>

namespace boutique::redis::internal {

class Bell {
 public:
  // `on_ring` is called once for any number of rings since the last time, from Listen on.
  Bell(boost::asio::io_context& io, std::function<void()> on_ring)
      : file_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), descriptor_(io), on_ring_(std::move(on_ring)) {}

  // False if the process has no more files.
  bool Listen() {
    boost::system::error_code error;
    if (file_ >= 0) descriptor_.assign(file_, error);
    if (file_ < 0 || error) return false;
    Wait();
    return true;
  }
  void Ring() {
    const std::uint64_t one = 1;
    // It fails only if 2^64 - 2 rings have not been heard yet.
    [[maybe_unused]] const auto written = write(file_, &one, sizeof one);
  }

 private:
  void Wait() {
    descriptor_.async_read_some(boost::asio::buffer(&rings_, sizeof rings_),
                                [this](const boost::system::error_code& error, std::size_t) {
                                  if (error) return;
                                  on_ring_();
                                  Wait();
                                });
  }

  const int file_;
  boost::asio::posix::stream_descriptor descriptor_;  // closes the file
  const std::function<void()> on_ring_;
  std::uint64_t rings_ = 0;
};

}  // namespace boutique::redis::internal
