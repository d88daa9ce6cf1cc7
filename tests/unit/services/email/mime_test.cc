// SPDX-License-Identifier: Apache-2.0
#include "services/email/mime.h"

#include <chrono>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "read_letter.h"
#include "support/catch.h"

namespace boutique::email {
namespace {

Letter Plain() {
  return {.from = {"Online Boutique", "orders@shop.test"},
          .to = "anna@example.com",
          .subject = "Your order 7",
          .message_id = "<order-7@shop.test>",
          .date = std::chrono::system_clock::from_time_t(1'795'255'445),
          .text = "Hello\n",
          .html = "<p>Hello</p>\n"};
}

TEST_CASE("a letter has its headers and both of its forms", "[email]") {
  const auto bytes = WriteLetter(Plain());
  REQUIRE_OK(bytes);
  const ReadMail mail = ReadLetter(*bytes);
  const std::map<std::string, std::string> headers = {
      {"Date", "Sat, 21 Nov 2026 10:04:05 +0000"},
      {"From", "\"Online Boutique\" <orders@shop.test>"},
      {"To", "<anna@example.com>"},
      {"Subject", "Your order 7"},
      {"Message-ID", "<order-7@shop.test>"},
      {"Auto-Submitted", "auto-generated"},
      {"MIME-Version", "1.0"},
      {"Content-Type", "multipart/alternative; boundary=\"=_boutique_letter\""},
  };
  CHECK(mail.headers == headers);
  REQUIRE(mail.parts.size() == 2);
  CHECK(mail.parts[0].headers.at("Content-Type") == "text/plain; charset=utf-8");
  CHECK(mail.parts[0].body == "Hello\n");
  CHECK(mail.parts[1].headers.at("Content-Type") == "text/html; charset=utf-8");
  CHECK(mail.parts[1].body == "<p>Hello</p>\n");
}

TEST_CASE("whatever a body holds arrives as it was, in lines of 76 characters", "[email]") {
  std::string every;
  for (int byte = 32; byte < 256; ++byte) every += static_cast<char>(byte);
  const std::string boundary = "--=_boutique_letter\n--=_boutique_letter--\n\nnot a part";
  for (const std::string& text :
       {std::string(), std::string("\n\n"), std::string(1000, 'x'), std::string(1000, '.'), std::string(".\n..\n.x\n"),
        std::string("blank at the end \nand tab\t\n "), absl::StrCat(std::string(74, 'a'), ".b"), every, boundary,
        std::string("Ärger € 😀 ") + std::string(300, '='), std::string("From nobody\n")}) {
    INFO(text);
    Letter letter = Plain();
    letter.text = text;
    letter.html = text + text;
    const auto bytes = WriteLetter(letter);
    REQUIRE_OK(bytes);
    const ReadMail mail = ReadLetter(*bytes);
    REQUIRE(mail.parts.size() == 2);
    CHECK(mail.parts[0].body == text);
    CHECK(mail.parts[1].body == text + text);
    CHECK(mail.longest_line <= 76);
    CHECK_FALSE(absl::StrContains(QuotedPrintable(text), "=_"));
    CHECK_FALSE(absl::StrContains(*bytes, "\r\n."));
  }
}

TEST_CASE("no field brings a header of its own", "[email]") {
  for (const std::string bad : {"x\r\nBcc: d@e.f", "x\nBcc: d@e.f", "x\rBcc: d@e.f", "\r\n\r\nbody"}) {
    for (std::string Letter::*const field : {&Letter::to, &Letter::subject, &Letter::message_id}) {
      Letter letter = Plain();
      letter.*field = bad;
      CHECK_CODE(WriteLetter(letter), kInvalidArgument);
    }
    Letter letter = Plain();
    letter.from.name = bad;
    CHECK_CODE(WriteLetter(letter), kInvalidArgument);
  }
}

TEST_CASE("names and subjects of any script are encoded words, cut between characters", "[email]") {
  Letter letter = Plain();
  letter.from.name = "Bücher & \"Tees\"";
  letter.subject = "注文番号 ";
  for (int i = 0; i < 40; ++i) letter.subject += "七é😀";
  const auto bytes = WriteLetter(letter);
  REQUIRE_OK(bytes);
  ReadMail mail = ReadLetter(*bytes);
  CHECK(mail.longest_line <= 78);
  CHECK(DecodeHeader(mail.headers["Subject"]) == letter.subject);
  CHECK(DecodeHeader(mail.headers["From"]) == "Bücher & \"Tees\" <orders@shop.test>");
  for (const absl::string_view word : absl::StrSplit(mail.headers["Subject"], ' ')) {
    CHECK(word.size() <= 75);
    const std::string decoded = DecodeHeader(word);
    CHECK((static_cast<unsigned char>(decoded[0]) & 0xC0) != 0x80);  // begins with a character
  }
  CHECK(HeaderText("=?UTF-8?B?QQ==?=") != "=?UTF-8?B?QQ==?=");
}

TEST_CASE("a sender is an address with or without a name", "[email]") {
  CHECK(ParseMailbox("orders@shop.test")->address == "orders@shop.test");
  CHECK(ParseMailbox(" <orders@shop.test> ")->name.empty());
  const auto named = ParseMailbox("\"Online Boutique\" <orders@shop.test>");
  REQUIRE_OK(named);
  CHECK(named->name == "Online Boutique");
  CHECK(named->address == "orders@shop.test");
  CHECK(ParseMailbox("Bücher <orders@shop.test>")->name == "Bücher");
  for (const std::string bad : {"", "nobody", "<>", "a <b@c.d", "a\r\nBcc: x <b@c.d>", "a <b@c.d> x", "ö@shop.test"}) {
    INFO(bad);
    CHECK_CODE(ParseMailbox(bad), kInvalidArgument);
  }
}

}  // namespace
}  // namespace boutique::email
