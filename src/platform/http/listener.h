// SPDX-License-Identifier: Apache-2.0
// A listening TCP socket that no other process shares. Belongs to one thread.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace boutique::http {

class Listener {
 public:
  Listener() = default;
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener() { Close(); }

  // UNAVAILABLE ("cannot listen on 127.0.0.1:8080: Address already in use") or INVALID_ARGUMENT for a host that is no
  // name or address of this machine. Resolves names: at start only.
  absl::Status Listen(const std::string& host, int port);
  void Close();

  int fd() const { return fd_; }
  int port() const { return port_; }
  bool is_ipv6() const { return is_ipv6_; }

 private:
  int fd_ = -1;
  int port_ = 0;
  bool is_ipv6_ = false;
};

}  // namespace boutique::http
