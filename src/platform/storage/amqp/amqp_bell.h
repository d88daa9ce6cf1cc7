// SPDX-License-Identifier: Apache-2.0
// Wakes an I/O thread that waits for a socket.
// Threads: Ring is safe from any; Wait is for the one that is woken.
#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>

namespace boutique::amqp::internal {

class Bell {
 public:
  Bell() : file_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  ~Bell() {
    if (file_ >= 0) close(file_);
  }

  // False if the process has no more files.
  bool IsOpen() const { return file_ >= 0; }
  void Ring() {
    const std::uint64_t one = 1;
    // It fails only if 2^64 - 2 rings have not been heard yet.
    [[maybe_unused]] const auto written = write(file_, &one, sizeof one);
  }
  // Returns at a ring, also at one since the last time, when something can be read from the socket (-1 for none) or, if
  // `to_write`, be written to it, or after `patience`.
  void Wait(int socket, bool to_write, std::chrono::milliseconds patience) {
    pollfd files[] = {{file_, POLLIN, 0}, {socket, static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN), 0}};
    poll(files, 2, static_cast<int>(patience.count()));
    std::uint64_t rings = 0;
    [[maybe_unused]] const auto taken = read(file_, &rings, sizeof rings);
  }

 private:
  const int file_;
};

}  // namespace boutique::amqp::internal
