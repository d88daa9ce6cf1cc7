// SPDX-License-Identifier: Apache-2.0
// A gRPC client that sends what no proper one would: header values as they are, in hand-made HTTP/2 frames.
// Threads: belongs to one.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace boutique::rpc {

class RawGrpc {
 public:
  // With `buffer`, the kernel takes about so many bytes that were not read yet, and no more. With AF_INET6, by ::1.
  explicit RawGrpc(int port, int buffer = 0, int family = AF_INET)
      : fd_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (buffer > 0) setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(static_cast<std::uint16_t>(port));
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = v4.sin_port;
    v6.sin6_addr = in6addr_loopback;
    const bool is_v6 = family == AF_INET6;
    const auto* const address = is_v6 ? reinterpret_cast<sockaddr*>(&v6) : reinterpret_cast<sockaddr*>(&v4);
    if (connect(fd_, address, is_v6 ? sizeof v6 : sizeof v4) != 0) return;
    Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame(kSettings, 0, 0, ""));
  }
  RawGrpc(const RawGrpc&) = delete;
  RawGrpc& operator=(const RawGrpc&) = delete;
  ~RawGrpc() { close(fd_); }

  void Send(const std::string& bytes) { send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

  // Calls a method with these further headers and this body, which is a whole gRPC message unless told otherwise.
  // Whether the server ended the stream, as opposed to the connection.
  bool Call(const std::string& path, const std::vector<std::pair<std::string, std::string>>& headers,
            const std::string& body = std::string(5, '\0')) {
    const std::uint32_t stream = Begin(path, headers, body);
    return Await([stream](const Read& frame) { return frame.stream == stream && frame.Ends(); });
  }
  // The same without waiting; the stream.
  std::uint32_t Begin(const std::string& path, const std::vector<std::pair<std::string, std::string>>& headers = {},
                      const std::string& body = std::string(5, '\0')) {
    std::string block = Header(":method", "POST") + Header(":scheme", "http") + Header(":path", path) +
                        Header(":authority", "shop") + Header("te", "trailers") +
                        Header("content-type", "application/grpc");
    for (const auto& [name, value] : headers) block += Header(name, value);
    Send(Frame(kHeaders, kEndHeaders, stream_, block) + Frame(kBody, kEndStream, stream_, body));
    return std::exchange(stream_, stream_ + 2);
  }
  // Gives up a call that was begun.
  void Cancel(std::uint32_t stream) { Send(Frame(kReset, 0, stream, std::string("\0\0\0\x08", 4))); }
  // Whether the server says which calls are the last that it takes.
  bool AwaitLastGoaway() {
    return Await([](const Read& frame) {
      return frame.type == kGoaway && frame.payload.compare(0, 4, "\x7f\xff\xff\xff") != 0;
    });
  }
  // How many of `count` calls are answered, with a status, before the connection ends. Sends a ping before it reads and
  // one before the last answer, as gRPC's clients do when data comes: more would be too many for a server.
  int CountAnswers(int count) {
    int answered = 0;
    Ping();
    Await([&](const Read& frame) {
      const bool is_answer = frame.type == kHeaders && frame.Ends();
      if (is_answer) ++answered;
      if (is_answer && answered == count - 1) Ping();
      return answered == count;
    });
    return answered;
  }

 private:
  static constexpr std::uint8_t kBody = 0;
  static constexpr std::uint8_t kHeaders = 1;
  static constexpr std::uint8_t kReset = 3;
  static constexpr std::uint8_t kSettings = 4;
  static constexpr std::uint8_t kPing = 6;
  static constexpr std::uint8_t kGoaway = 7;
  static constexpr std::uint8_t kAcknowledgement = 1;
  static constexpr std::uint8_t kEndStream = 1;
  static constexpr std::uint8_t kEndHeaders = 4;

  static std::string Frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream, const std::string& payload) {
    std::string frame;
    for (const int shift : {16, 8, 0}) frame.push_back(static_cast<char>(payload.size() >> shift & 0xff));
    frame.push_back(static_cast<char>(type));
    frame.push_back(static_cast<char>(flags));
    for (const int shift : {24, 16, 8, 0}) frame.push_back(static_cast<char>(stream >> shift & 0xff));
    return frame + payload;
  }
  // A length as HPACK writes it, with a prefix of seven bits.
  static std::string Length(std::size_t length) {
    if (length < 127) return std::string(1, static_cast<char>(length));
    std::string written(1, '\x7f');
    for (length -= 127; length >= 128; length /= 128) written.push_back(static_cast<char>(length % 128 + 128));
    written.push_back(static_cast<char>(length));
    return written;
  }
  static std::string Header(const std::string& name, const std::string& value) {
    return std::string(1, '\0') + Length(name.size()) + name + Length(value.size()) + value;
  }

  struct Read {
    std::uint8_t type = 0;
    std::uint8_t flags = 0;
    std::uint32_t stream = 0;
    std::string payload;
    bool Ends() const {
      return type == kReset || ((type == kHeaders || type == kBody) && (flags & kEndStream) != 0);
    }
  };

  void Ping() { Send(Frame(kPing, 0, 0, std::string(8, '\0'))); }
  bool Receive(std::size_t count, std::string* bytes) {
    bytes->assign(count, '\0');
    std::size_t filled = 0;
    while (filled < count) {
      const ssize_t got = recv(fd_, bytes->data() + filled, count - filled, 0);
      if (got <= 0) return false;
      filled += static_cast<std::size_t>(got);
    }
    return true;
  }
  // Reads, and answers what must be answered, until a frame is the awaited one. Whether it came.
  template <typename IsAwaited>
  bool Await(IsAwaited is_awaited) {
    std::string head;
    Read frame;
    while (Receive(9, &head)) {
      const auto byte = [&head](std::size_t i) { return std::uint32_t{static_cast<std::uint8_t>(head[i])}; };
      frame.type = static_cast<std::uint8_t>(byte(3));
      frame.flags = static_cast<std::uint8_t>(byte(4));
      frame.stream = byte(5) << 24 | byte(6) << 16 | byte(7) << 8 | byte(8);
      if (!Receive(byte(0) << 16 | byte(1) << 8 | byte(2), &frame.payload)) return false;
      const bool asks = (frame.flags & kAcknowledgement) == 0;
      if (frame.type == kSettings && asks) Send(Frame(kSettings, kAcknowledgement, 0, ""));
      if (frame.type == kPing && asks) Send(Frame(kPing, kAcknowledgement, 0, frame.payload));
      if (is_awaited(frame)) return true;
    }
    return false;
  }

  int fd_;
  std::uint32_t stream_ = 1;
};

}  // namespace boutique::rpc
