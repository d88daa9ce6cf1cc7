// SPDX-License-Identifier: Apache-2.0
#include "platform/rpc/farewell.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "platform/rpc/sleep.h"

namespace boutique::rpc::internal {
namespace {

// More than any kernel delays its acknowledgements, and than the first retransmission takes.
constexpr auto kPatience = std::chrono::seconds(1);

// As gRPC names it, without its escapes: "ipv4:127.0.0.1:5000" or "ipv6:[::1]:5000"; empty for other addresses. An IPv4
// address in IPv6 is named as what it is.
std::string NameOf(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    return absl::StrCat("ipv4:", text, ":", ntohs(v4.sin_port));
  }
  if (address.ss_family != AF_INET6) return "";
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text, sizeof text);
    return absl::StrCat("ipv4:", text, ":", ntohs(v6.sin6_port));
  }
  inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  return absl::StrCat("ipv6:[", text, "]:", ntohs(v6.sin6_port));
}

std::string PeerOf(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  return getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0 ? NameOf(address) : "";
}

bool IsBoundTo(int fd, int port) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return false;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port) == port;
  return address.ss_family == AF_INET6 && ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port) == port;
}

}  // namespace

// Whether all that was written has been acknowledged, or never will be.
bool Farewell::Connection::HasArrived() const {
  if (PeerOf(fd_) != name_) return true;
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 || info.tcpi_state == TCP_CLOSE) return true;
  int queued = 0;
  return ioctl(fd_, SIOCOUTQ, &queued) != 0 || queued == 0;
}

// gRPC hands out no sockets, but they are this process's.
Farewell::Farewell(int port) {
  DIR* const files = opendir("/proc/self/fd");
  if (files == nullptr) return;
  while (const dirent* const file = readdir(files)) {
    int fd = -1;
    if (!absl::SimpleAtoi(file->d_name, &fd) || !IsBoundTo(fd, port)) continue;
    const std::string name = PeerOf(fd);
    if (!name.empty()) connections_[name] = std::make_unique<Connection>(fd, name);
  }
  closedir(files);
}

Farewell::Connection* Farewell::Find(const std::string& peer) const {
  const auto found = connections_.find(absl::StrReplaceAll(peer, {{"%5B", "["}, {"%5D", "]"}}));
  return found == connections_.end() ? nullptr : found->second.get();
}

coro::Task<void> Farewell::AwaitTurn(Connection& connection, const CallContext& call) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  ++connection.unwritten_;
  const int number = ++connection.newest_;
  bool goes_on = true;
  while (goes_on && connection.newest_ == number && (connection.unwritten_ > 1 || !connection.HasArrived())) {
    goes_on = co_await Sleep(call, std::chrono::milliseconds(1));
    goes_on = goes_on && std::chrono::steady_clock::now() < end;
  }
}

}  // namespace boutique::rpc::internal
