// SPDX-License-Identifier: Apache-2.0
// Confirmations over SMTP, to a server that takes, refuses and loses them.
#include "services/email/confirmation_sender.h"

#include <atomic>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "orders.h"
#include "platform/storage/sqlite/database.h"
#include "read_letter.h"
#include "services/email/confirmation_view.h"
#include "services/email/email_service.h"
#include "services/email/sent_schema.h"
#include "services/email/smtp_mailer.h"
#include "services/email/sql_sent_store.h"
#include "support/catch.h"
#include "support/eventually.h"
#include "support/loop_call.h"
#include "support/on_loop.h"
#include "support/smtp_server.h"

namespace boutique::email {
namespace {

using testing::SmtpServer;

struct MailRoom : testing::LoopCall {
  absl::Status Send(const pb::SendOrderConfirmationRequest& request) { return Send(call, request); }
  absl::Status Send(const rpc::CallContext& with, const pb::SendOrderConfirmationRequest& request) {
    return testing::RunOn(loop, service.SendOrderConfirmation(with, request)).status();
  }
  double Counted(const std::string& outcome) {
    return metrics
        .Counter("email_confirmations_total", "Order confirmations that were to be mailed, by outcome.",
                 {{"outcome", outcome}})
        .Value();
  }

  SmtpServer server;
  std::unique_ptr<sqlite::Database> database = *sqlite::Database::Open(":memory:", SentSchema().sqlite);
  SqlSentStore sent{*database, base::SystemClock::Instance()};
  rpc::BlockingPool pool{4};
  SmtpMailer mailer{pool, {.server = *curl::ParseSmtpUrl(server.url()), .timeout = std::chrono::seconds(10)}};
  telemetry::Metrics metrics;
  ConfirmationSender sender{sent, mailer, base::SystemClock::Instance(), metrics,
                            {.from = {"Online Boutique", "orders@shop.test"}}};
  EmailService service{&sender};
};

TEST_CASE_METHOD(MailRoom, "a confirmation arrives, in text and HTML", "[email]") {
  REQUIRE_OK(Send(TwoLines()));
  REQUIRE(server.taken().size() == 1);
  const auto mail = server.taken()[0];
  CHECK(mail.from == "orders@shop.test");
  CHECK(mail.to == "anna.buyer@example.com");
  const ReadMail letter = ReadLetter(mail.text);
  CHECK(letter.headers.at("From") == "\"Online Boutique\" <orders@shop.test>");
  CHECK(letter.headers.at("To") == "<anna.buyer@example.com>");
  CHECK(letter.headers.at("Subject") == "Your order order-7");
  CHECK(letter.headers.at("Message-ID") == "<order-order-7@shop.test>");
  REQUIRE(letter.parts.size() == 2);
  const ConfirmationView view = ViewOf(TwoLines().order());
  CHECK(letter.parts[0].body == TextOf(view));
  CHECK(letter.parts[1].body == HtmlOf(view));
}

TEST_CASE_METHOD(MailRoom, "a redelivery sends nothing, whoever it names", "[email]") {
  REQUIRE_OK(Send(TwoLines()));
  REQUIRE_OK(Send(TwoLines()));
  auto other = TwoLines();
  other.set_email("somebody.else@example.com");
  REQUIRE_OK(Send(other));
  CHECK(server.arrived().size() == 1);
  CHECK(server.Count("") == 1);
  REQUIRE_OK(Send(TwoLines("order-8")));
  CHECK(server.taken().size() == 2);
  CHECK(Counted("sent") == 2);
  CHECK(Counted("repeated") == 2);
}

TEST_CASE_METHOD(MailRoom, "of deliveries at once one sends and the others wait for it", "[email]") {
  std::vector<std::thread> callers;
  std::atomic<int> confirmed{0};
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      if (Send(TwoLines()).ok()) ++confirmed;
    });
  }
  for (std::thread& each : callers) each.join();
  CHECK(confirmed == 8);
  CHECK(server.arrived().size() == 1);
}

TEST_CASE_METHOD(MailRoom, "who waits for another's sending until his time is up hears UNAVAILABLE", "[email]") {
  REQUIRE(Get(sent.ClaimToSend(call, "<order-order-7@shop.test>", std::chrono::minutes(1)))->kind ==
          Claim::Kind::kMine);
  CHECK_CODE(Send(call.Within(std::chrono::milliseconds(200)), TwoLines()), kUnavailable);
  CHECK(server.Count("") == 0);
}

TEST_CASE_METHOD(MailRoom, "what is refused for good is said so; at present, may be tried again", "[email]") {
  server.Answer("RCPT", "550 nobody");
  CHECK_CODE(Send(TwoLines()), kInvalidArgument);
  server.Answer("RCPT", "");
  server.Answer(".", "554 spam");
  CHECK_CODE(Send(TwoLines()), kFailedPrecondition);
  server.Answer(".", "451 later");
  CHECK_CODE(Send(TwoLines()), kUnavailable);
  server.Answer(".", "");
  REQUIRE_OK(Send(TwoLines()));
  CHECK(server.taken().size() == 1);
  CHECK(Counted("refused") == 2);
  CHECK(Counted("failed") == 1);
}

TEST_CASE_METHOD(MailRoom, "a mail whose answer was lost is sent again under the same id", "[email]") {
  server.Answer(".", SmtpServer::kHangUp);
  CHECK_CODE(Send(TwoLines()), kUnavailable);
  server.Answer(".", "");
  REQUIRE_OK(Send(TwoLines()));
  REQUIRE(server.arrived().size() == 2);
  CHECK(ReadLetter(server.arrived()[0].text).headers.at("Message-ID") ==
        ReadLetter(server.arrived()[1].text).headers.at("Message-ID"));
}

TEST_CASE_METHOD(MailRoom, "a caller whose time is up while the server thinks does not make a second mail", "[email]") {
  const rpc::CallContext brief = call.Within(std::chrono::milliseconds(300));
  server.Hold(".");
  std::thread slow([&] {
    testing::Eventually([&] { return server.Count(".") == 1 && brief.Left().count() < 0; });
    server.Release();
  });
  CHECK(Send(brief, TwoLines()).ok());
  slow.join();
  REQUIRE_OK(Send(TwoLines()));
  CHECK(server.arrived().size() == 1);
}

TEST_CASE_METHOD(MailRoom, "five hundred lines arrive", "[email]") {
  auto big = TwoLines();
  big.mutable_order()->clear_items();
  for (int i = 0; i < 500; ++i) AddLine(big.mutable_order(), absl::StrCat("PRODUCT", i), 1 + i % 10, i, 10'000'000);
  REQUIRE_OK(Send(big));
  const ReadMail letter = ReadLetter(server.taken()[0].text);
  CHECK(letter.longest_line <= 76);
  REQUIRE(letter.parts.size() == 2);
  CHECK(letter.parts[0].body == TextOf(ViewOf(big.order())));
  CHECK(letter.parts[1].body == HtmlOf(ViewOf(big.order())));
  CHECK(absl::StrContains(letter.parts[0].body, "PRODUCT499"));
}

TEST_CASE_METHOD(MailRoom, "hostile text makes neither a header nor a recipient", "[email]") {
  auto request = TwoLines();
  request.mutable_order()->set_order_id("7\r\nBcc: d@e.f");
  CHECK_CODE(Send(request), kInvalidArgument);
  for (const std::string address : {"a@b.c\r\nBcc: d@e.f", "a@b.c>\r\nRCPT TO:<d@e.f", "a@b.c, d@e.f"}) {
    request = TwoLines();
    request.set_email(address);
    CHECK_CODE(Send(request), kInvalidArgument);
  }
  CHECK(server.Count("") == 0);

  request = TwoLines("ö\"><@> =?UTF-8?B?QQ==?=");
  request.mutable_order()->mutable_shipping_address()->set_city(
      "\r\n.\r\nMAIL FROM:<x@y.z>\r\n--=_boutique_letter--\r\n");
  REQUIRE_OK(Send(request));
  REQUIRE(server.taken().size() == 1);
  const ReadMail letter = ReadLetter(server.taken()[0].text);
  CHECK(letter.headers.size() == 8);
  CHECK(letter.parts.size() == 2);
  CHECK(DecodeHeader(letter.headers.at("Subject")) == "Your order ö\"><@> =?UTF-8?B?QQ==?=");
  CHECK(server.Count("MAIL") == 1);
}

TEST_CASE_METHOD(MailRoom, "an address of another script is handed on", "[email]") {
  auto request = TwoLines();
  request.set_email("анна@example.com");
  REQUIRE_OK(Send(request));
  CHECK(server.taken()[0].to == "анна@example.com");
  CHECK(ReadLetter(server.taken()[0].text).headers.at("To") == "<анна@example.com>");
}

TEST_CASE("a message id is the order's, and one that no order can spoil", "[email]") {
  CHECK(MessageIdOf("7d0f1d5c-2f3e", "shop.test") == "<order-7d0f1d5c-2f3e@shop.test>");
  const std::string odd = MessageIdOf("x>@y <z", "shop.test");
  CHECK(odd.size() == std::string("<order-@shop.test>").size() + 64);
  CHECK(odd.find_first_of(" >") == odd.size() - 1);
  CHECK(odd != MessageIdOf("x>@y <a", "shop.test"));
}

}  // namespace
}  // namespace boutique::email
