// SPDX-License-Identifier: Apache-2.0
#include "platform/curl/http_client.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stop_token>
#include <string>
#include <thread>

#include "support/catch.h"
#include "support/loop_call.h"

namespace boutique::curl {
namespace {

// A port that takes connections, and answers the first with `answer` if that is not empty.
class Peer {
 public:
  explicit Peer(std::string answer = "") {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listener_, 8) == 0);
    REQUIRE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/secret-word";
    if (!answer.empty()) answering_ = std::jthread([this, answer = std::move(answer)] { Answer(answer); });
  }
  ~Peer() {
    ::shutdown(listener_, SHUT_RDWR);
    if (answering_.joinable()) answering_.join();
    ::close(listener_);
  }
  std::string url;
  std::string heard;  // when it has answered

 private:
  void Answer(const std::string& answer) {
    const int connection = ::accept(listener_, nullptr, nullptr);
    char buffer[4096];
    while (heard.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(connection, buffer, sizeof(buffer), 0);
      if (got <= 0) break;
      heard.append(buffer, static_cast<std::size_t>(got));
    }
    (void)::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
    ::close(connection);
  }
  const int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::jthread answering_;
};

HttpRequest To(const std::string& url) {
  HttpRequest request;
  request.url = url;
  request.headers = {"Authorization: Bearer secret-word"};
  return request;
}

TEST_CASE("a form is encoded, brackets and all", "[curl]") {
  CHECK(EncodeForm({{"a", "1"}, {"metadata[key]", "two words&=é"}}) ==
        "a=1&metadata%5Bkey%5D=two%20words%26%3D%C3%A9");
  CHECK(EncodeForm({}).empty());
}

TEST_CASE_METHOD(testing::LoopCall, "a peer that is not there is unavailable, and no status tells a secret", "[curl]") {
  HttpClient client;
  const auto answer = Get(client.Send(call, To("http://127.0.0.1:1/secret-word")));
  CHECK_CODE(answer, kUnavailable);
  CHECK(std::string(answer.status().message()).find("secret-word") == std::string::npos);
  CHECK_CODE(Get(client.Send(call, To("file:///etc/passwd"))), kInvalidArgument);
  HttpRequest split = To("http://127.0.0.1:1/");
  split.headers.emplace_back("Idempotency-Key: a\r\nX: b");
  CHECK_CODE(Get(client.Send(call, split)), kInvalidArgument);
}

TEST_CASE_METHOD(testing::LoopCall, "an answer has its status and body, whatever it is", "[curl]") {
  Peer peer("HTTP/1.1 402 Payment Required\r\nContent-Length: 2\r\n\r\nno");
  HttpClient client;
  HttpRequest request = To(peer.url);
  request.method = "POST";
  request.form = "a=1";
  const auto answer = Get(client.Send(call, request));
  REQUIRE_OK(answer);
  CHECK(answer->status == 402);
  CHECK(answer->body == "no");
  CHECK(peer.heard.starts_with("POST /secret-word HTTP/1.1\r\n"));
  CHECK(peer.heard.find("Authorization: Bearer secret-word\r\n") != std::string::npos);
  CHECK(peer.heard.find("Content-Type: application/x-www-form-urlencoded\r\n") != std::string::npos);
}

TEST_CASE_METHOD(testing::LoopCall, "an answer that is too large, or cut off, is none", "[curl]") {
  Peer large("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + std::string(2000, 'x'));
  HttpClient client({.most_body = 1000});
  CHECK_CODE(Get(client.Send(call, To(large.url))), kResourceExhausted);
  Peer cut("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf");
  CHECK_CODE(Get(client.Send(call, To(cut.url))), kUnavailable);
}

TEST_CASE_METHOD(testing::LoopCall, "a silent peer costs no more than the call's time, or until its caller goes",
                 "[curl]") {
  Peer peer;
  HttpClient client;
  CHECK_CODE(Get(client.Send(call.Within(std::chrono::milliseconds(200)), To(peer.url))), kDeadlineExceeded);
  std::stop_source caller;
  rpc::CallContext abandoned = call;
  abandoned.cancelled = caller.get_token();
  const std::jthread going([&caller] { caller.request_stop(); });
  CHECK_CODE(Get(client.Send(abandoned, To(peer.url))), kCancelled);
}

}  // namespace
}  // namespace boutique::curl
