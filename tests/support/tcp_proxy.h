// SPDX-License-Identifier: Apache-2.0
// A TCP proxy on a free port of 127.0.0.1 that can keep a server's answers back and cut connections.
// Threads: safe from any.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace boutique::testing {

class TcpProxy {
 public:
  explicit TcpProxy(int target_port) : target_(target_port), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 16);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Accept(); });
  }
  ~TcpProxy() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    Cut();
    for (std::thread& each : carriers_) each.join();
    close(listener_);
    for (const int file : files_) close(file);
  }

  int port() const { return port_; }
  // From now on nothing that the server says arrives.
  void HoldAnswers() { holding_.store(true); }
  // Ends all connections that there are; new ones are carried as at first.
  void Cut() {
    const std::lock_guard lock(mutex_);
    for (const int file : files_) shutdown(file, SHUT_RDWR);
    holding_.store(false);
  }
  // Ends all connections, and each new one as soon as it comes, until told otherwise: as if nobody were there.
  void Refuse(bool refuse) {
    refusing_.store(refuse);
    if (refuse) Cut();
  }
  // How many came in vain while it refused.
  int refused() const { return refused_.load(); }
  // How many bytes the server has said that were kept back.
  std::size_t held() const { return held_.load(); }

 private:
  static sockaddr_in Loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }

  void Accept() {
    for (;;) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      if (refusing_.load()) {
        refused_.fetch_add(1);
        close(client);
        continue;
      }
      const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const sockaddr_in address = Loopback(target_);
      if (connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        close(client);
        close(server);
        continue;
      }
      const std::lock_guard lock(mutex_);
      if (refusing_.load()) {  // since it came
        refused_.fetch_add(1);
        close(client);
        close(server);
        continue;
      }
      files_.insert(files_.end(), {client, server});
      carriers_.emplace_back([this, client, server] { Carry(client, server); });
    }
  }

  void Carry(int client, int server) {
    char bytes[65536];
    for (;;) {
      pollfd files[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      poll(files, 2, -1);
      for (int i = 0; i < 2; ++i) {
        if (files[i].revents == 0) continue;
        const ssize_t size = recv(files[i].fd, bytes, sizeof bytes, 0);
        if (size <= 0) {
          shutdown(client, SHUT_RDWR);
          shutdown(server, SHUT_RDWR);
          return;
        }
        if (i == 1 && holding_.load()) {
          held_.fetch_add(static_cast<std::size_t>(size));
        } else if (send(files[1 - i].fd, bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL) != size) {
          return;
        }
      }
    }
  }

  const int target_;
  const int listener_;
  int port_ = 0;
  std::atomic<bool> holding_{false};
  std::atomic<bool> refusing_{false};
  std::atomic<int> refused_{0};
  std::atomic<std::size_t> held_{0};
  std::mutex mutex_;
  std::vector<int> files_;             // guarded by mutex_
  std::vector<std::thread> carriers_;  // guarded by mutex_ until thread_ has ended
  std::thread thread_;
};

}  // namespace boutique::testing
