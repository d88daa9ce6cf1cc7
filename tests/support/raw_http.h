// SPDX-License-Identifier: Apache-2.0
// A TCP client that sends exactly what it is told: for requests that no proper client would send.
// Belongs to one thread; every wait ends after ten seconds at the latest.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace boutique::testing {

struct RawAnswer {
  int status = 0;  // 0: the connection ended, or time was up, without an answer
  std::string head;
  std::string body;

  // A header's value; empty if there is none.
  std::string Header(absl::string_view name) const {
    std::size_t at = head.find("\r\n");
    while (at != std::string::npos) {
      at += 2;
      const std::size_t end = std::min(head.find("\r\n", at), head.size());
      const absl::string_view line = absl::string_view(head).substr(at, end - at);
      const std::size_t colon = line.find(':');
      if (colon != absl::string_view::npos && absl::EqualsIgnoreCase(line.substr(0, colon), name)) {
        return std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
      }
      at = end < head.size() ? end : std::string::npos;
    }
    return "";
  }
};

class RawHttp {
 public:
  explicit RawHttp(int port) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval ten_seconds{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &ten_seconds, sizeof ten_seconds);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &ten_seconds, sizeof ten_seconds);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  RawHttp(const RawHttp&) = delete;
  RawHttp& operator=(const RawHttp&) = delete;
  ~RawHttp() { Close(); }

  bool connected() const { return connected_; }

  // False if the peer has closed.
  bool Send(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Reads one answer by its Content-Length; none is read after HEAD and for 204 and 304.
  RawAnswer Read(bool to_head = false) {
    RawAnswer answer;
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!Fill()) return answer;
    }
    answer.head = buffer_.substr(0, end);
    buffer_.erase(0, end + 4);
    if (answer.head.size() > 12) answer.status = std::atoi(answer.head.c_str() + 9);
    if (to_head || answer.status == 204 || answer.status == 304) return answer;
    const std::size_t length = std::strtoull(answer.Header("Content-Length").c_str(), nullptr, 10);
    while (buffer_.size() < length) {
      if (!Fill()) break;
    }
    answer.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return answer;
  }

  // Reads one chunk of a body that comes in chunks; empty: it was the last, or the connection has ended.
  std::string ReadChunk() {
    const std::string size = ReadThrough("\r\n");
    return ReadThrough("\r\n", std::strtoull(size.c_str(), nullptr, 16));
  }
  // Everything until the peer closes the connection.
  std::string ReadToEnd() {
    while (Fill()) continue;
    return std::exchange(buffer_, "");
  }

  // Whether the peer closes the connection, having sent nothing more.
  bool IsClosedByPeer() { return buffer_.empty() && !Fill() && closed_; }

  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  // What comes before `end`, which does not begin within the first `least` bytes; empty if the connection ends first.
  std::string ReadThrough(absl::string_view end, std::size_t least = 0) {
    std::size_t at = std::string::npos;
    while (buffer_.size() < least || (at = buffer_.find(end.data(), least, end.size())) == std::string::npos) {
      if (!Fill()) return "";
    }
    std::string text = buffer_.substr(0, at);
    buffer_.erase(0, at + end.size());
    return text;
  }
  bool Fill() {
    char bytes[16 * 1024];
    const ssize_t got = recv(fd_, bytes, sizeof bytes, 0);
    if (got > 0) {
      buffer_.append(bytes, static_cast<std::size_t>(got));
      return true;
    }
    closed_ = got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
    return false;
  }

  int fd_ = -1;
  bool connected_ = false;
  bool closed_ = false;
  std::string buffer_;
};

// One request on a connection of its own.
inline RawAnswer Exchange(int port, absl::string_view bytes, bool is_head = false) {
  RawHttp client(port);
  client.Send(bytes);
  return client.Read(is_head);
}

// "GET /path HTTP/1.1" with Host and these further header lines, each ended by \r\n.
inline std::string GetRequest(absl::string_view path, absl::string_view headers = "") {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: shop\r\n" + std::string(headers) + "\r\n";
}

inline std::string PostRequest(absl::string_view path, absl::string_view body, absl::string_view headers = "",
                               absl::string_view type = "application/x-www-form-urlencoded") {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: shop\r\nContent-Type: " + std::string(type) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(headers) + "\r\n" +
         std::string(body);
}

}  // namespace boutique::testing
