// SPDX-License-Identifier: Apache-2.0
#include "platform/http/listener.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace boutique::http {

absl::Status Listener::Listen(const std::string& host, int port) {
  const std::string address = absl::StrCat(host, ":", port);
  absl::string_view name = host;
  absl::ConsumePrefix(&name, "[");
  absl::ConsumeSuffix(&name, "]");
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(std::string(name).c_str(), absl::StrCat(port).c_str(), &hints, &found);
      error != 0) {
    return absl::InvalidArgumentError(absl::StrCat("cannot listen on ", address, ": ", gai_strerror(error)));
  }
  fd_ = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  int failure = 0;
  // A port whose last connections are still closing is free; one that somebody listens on is not.
  if (fd_ < 0 || setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      bind(fd_, found->ai_addr, found->ai_addrlen) != 0 || listen(fd_, SOMAXCONN) != 0) {
    failure = errno;
  }
  is_ipv6_ = found->ai_family == AF_INET6;
  freeaddrinfo(found);
  if (failure != 0) {
    Close();
    return absl::UnavailableError(absl::StrCat("cannot listen on ", address, ": ", std::strerror(failure)));
  }
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  getsockname(fd_, reinterpret_cast<sockaddr*>(&bound), &size);
  port_ = ntohs(is_ipv6_ ? reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port
                         : reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
  return absl::OkStatus();
}

void Listener::Close() {
  if (const int fd = std::exchange(fd_, -1); fd >= 0) close(fd);
}

}  // namespace boutique::http
