// SPDX-License-Identifier: Apache-2.0
#include "platform/curl/smtp_client.h"

#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "support/catch.h"
#include "support/eventually.h"
#include "support/loop_call.h"
#include "support/on_loop.h"
#include "support/smtp_server.h"

namespace boutique::curl {
namespace {

using testing::SmtpServer;

// A client, the server it speaks to, and a mail.
struct Post : testing::LoopCall {
  explicit Post(SmtpServer::Options options = {}) : server(std::move(options)) {
    smtp.server = *ParseSmtpUrl(server.url());
    smtp.timeout = std::chrono::seconds(10);
  }
  absl::Status Send() { return Send(call); }
  absl::Status Send(const rpc::CallContext& with) {
    SmtpClient client(pool, smtp);
    return testing::RunOn(loop, client.Send(with, mail));
  }

  SmtpServer server;
  SmtpOptions smtp;
  rpc::BlockingPool pool{2};
  Mail mail{.from = "orders@shop.test", .to = "anna@example.com", .text = "Subject: x\r\n\r\nHello\r\n.\r\n..dots\r\n"};
};

TEST_CASE_METHOD(Post, "a mail arrives as it was written", "[smtp]") {
  REQUIRE_OK(Send());
  REQUIRE(server.taken().size() == 1);
  CHECK(server.taken()[0].from == mail.from);
  CHECK(server.taken()[0].to == mail.to);
  CHECK(server.taken()[0].text == mail.text);
  CHECK(server.Count("QUIT") == 1);
}

TEST_CASE_METHOD(Post, "each refusal has its status, and none tells the address", "[smtp]") {
  struct Case {
    std::string word;
    std::string answer;
    absl::StatusCode code;
  };
  constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
  const std::vector<Case> cases = {
      {"", "554 no service", kUnavailable},
      {"", "421 busy", kUnavailable},
      {"", SmtpServer::kHangUp, kUnavailable},
      {"MAIL", "550 not from you", kUnavailable},
      {"MAIL", "451 later", kUnavailable},
      {"MAIL", "552 too large", absl::StatusCode::kFailedPrecondition},
      {"RCPT", "550 no anna@example.com here", absl::StatusCode::kInvalidArgument},
      {"RCPT", "450 later, anna@example.com", kUnavailable},
      {"RCPT", SmtpServer::kHangUp, kUnavailable},
      {"DATA", "554 no", absl::StatusCode::kFailedPrecondition},
      {"DATA", "451 later", kUnavailable},
      {".", "554 spam for anna@example.com", absl::StatusCode::kFailedPrecondition},
      {".", "451 later", kUnavailable},
      {".", SmtpServer::kHangUp, kUnavailable},
  };
  for (const Case& each : cases) {
    INFO(each.word << " " << each.answer);
    server.Answer(each.word, each.answer);
    const absl::Status status = Send();
    server.Answer(each.word, "");
    INFO(status.ToString());
    CHECK(status.code() == each.code);
    CHECK_FALSE(absl::StrContains(status.message(), "anna"));
  }
  CHECK(server.taken().empty());
  CHECK(Send().ok());
}

TEST_CASE_METHOD(Post, "a mail server that is away is UNAVAILABLE", "[smtp]") {
  {
    const SmtpServer gone;
    smtp.server = *ParseSmtpUrl(gone.url());
  }
  CHECK_CODE(Send(), kUnavailable);
}

TEST_CASE_METHOD(Post, "a silent server cannot outlast the deadline", "[smtp]") {
  server.Answer("RCPT", SmtpServer::kSilence);
  CHECK_CODE(Send(call.Within(std::chrono::milliseconds(100))), kDeadlineExceeded);
  CHECK(server.arrived().empty());
}

TEST_CASE_METHOD(Post, "a silent server cannot outlast the conversation's time", "[smtp]") {
  server.Answer("EHLO", SmtpServer::kSilence);
  smtp.timeout = std::chrono::seconds(1);
  CHECK_CODE(Send(), kUnavailable);
}

TEST_CASE_METHOD(Post, "a server that never says whether it took the mail is UNAVAILABLE", "[smtp]") {
  server.Answer(".", SmtpServer::kSilence);
  smtp.timeout = std::chrono::seconds(1);
  const absl::Status status = Send();
  CHECK(status == absl::UnavailableError("the mail server did not say whether it took the message over"));
}

TEST_CASE_METHOD(Post, "a caller that goes before the text is handed over stops the mail", "[smtp]") {
  server.Answer("MAIL", SmtpServer::kSilence);
  std::stop_source caller;
  call.cancelled = caller.get_token();
  std::thread leaving([&] {
    testing::Eventually([&] { return server.Count("MAIL") == 1; });
    caller.request_stop();
  });
  CHECK_CODE(Send(), kCancelled);
  leaving.join();
  CHECK(server.arrived().empty());
}

TEST_CASE_METHOD(Post, "nothing can be smuggled into a command", "[smtp]") {
  for (const std::string address : {"a@b.c>\r\nRCPT TO:<d@e.f", "a@b.c\nDATA", "", "a b@c.d", "a@b.c> SIZE=1"}) {
    INFO(address);
    mail.to = address;
    CHECK_CODE(Send(), kInvalidArgument);
    mail.to = "anna@example.com";
    mail.from = address;
    CHECK_CODE(Send(), kInvalidArgument);
    mail.from = "orders@shop.test";
  }
  CHECK(server.Count("") == 0);
}

struct EncryptedPost : Post {
  EncryptedPost() : Post({.tls = SmtpServer::Tls::kOffered, .user = "shop", .password = "p w/ü"}) {
    smtp.server.encryption = Encryption::kStartTls;
    smtp.server.user = "shop";
    smtp.server.password = "p w/ü";
    smtp.ca_file = server.ca_file();
  }
};

TEST_CASE_METHOD(EncryptedPost, "STARTTLS and a password come before the mail", "[smtp]") {
  REQUIRE_OK(Send());
  REQUIRE(server.taken().size() == 1);
  CHECK(server.taken()[0].encrypted);
  CHECK(server.taken()[0].user == "shop");
}

TEST_CASE_METHOD(EncryptedPost, "a certificate of an unknown authority is refused", "[smtp]") {
  smtp.ca_file = server.other_ca_file();
  CHECK_CODE(Send(), kUnavailable);
  CHECK(server.Count("AUTH") == 0);
  CHECK(server.Count("MAIL") == 0);
}

TEST_CASE_METHOD(EncryptedPost, "a wrong password is UNAVAILABLE: another may be right tomorrow", "[smtp]") {
  smtp.server.password = "guess";
  const absl::Status status = Send();
  CHECK(status == absl::UnavailableError("the mail server refuses user and password"));
}

TEST_CASE_METHOD(Post, "where STARTTLS is required and not offered, nothing is said", "[smtp]") {
  smtp.server.encryption = Encryption::kStartTls;
  smtp.server.user = "shop";
  smtp.server.password = "secret";
  CHECK_CODE(Send(), kUnavailable);
  CHECK(server.Count("AUTH") == 0);
  CHECK(server.Count("MAIL") == 0);
}

TEST_CASE("smtps is encrypted from the start", "[smtp]") {
  Post post({.tls = SmtpServer::Tls::kFromStart});
  post.smtp.ca_file = post.server.ca_file();
  REQUIRE_OK(post.Send());
  CHECK(post.server.taken()[0].encrypted);
}

}  // namespace
}  // namespace boutique::curl
