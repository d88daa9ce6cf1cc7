// SPDX-License-Identifier: Apache-2.0
#include "platform/http/forms.h"

#include "absl/strings/str_cat.h"
#include "support/catch.h"

namespace boutique::http {
namespace {

TEST_CASE("a form's fields are decoded", "[http]") {
  const auto form = ParseUrlEncoded("product_id=OLJCESPC7Z&name=two+words&note=caf%C3%A9%26&empty=&flag");
  REQUIRE_OK(form);
  CHECK(form->Get("product_id") == "OLJCESPC7Z");
  CHECK(form->Get("name") == "two words");
  CHECK(form->Get("note") == "café&");
  CHECK(form->Has("empty"));
  CHECK(form->Get("empty").empty());
  CHECK(form->Has("flag"));
  CHECK_FALSE(form->Has("absent"));
  CHECK(form->fields().size() == 5);
}

TEST_CASE("an empty query has no fields", "[http]") {
  for (const char* text : {"", "&", "&&&"}) {
    const auto form = ParseUrlEncoded(text);
    REQUIRE_OK(form);
    CHECK(form->fields().empty());
  }
}

TEST_CASE("the first of several fields of one name counts", "[http]") {
  const auto form = ParseUrlEncoded("q=mug&q=watch");
  REQUIRE_OK(form);
  CHECK(form->Get("q") == "mug");
}

TEST_CASE("badly encoded forms are refused", "[http]") {
  for (const char* text : {"a=%", "a=%4", "a=%zz", "%=1", "a=%00", "a=%ff", "a=%c0%80", "a=%ed%a0%80", "a=\xff"}) {
    INFO(text);
    CHECK_CODE(ParseUrlEncoded(text), kInvalidArgument);
  }
}

TEST_CASE("a form is bounded in fields, names and values", "[http]") {
  std::string many;
  for (int i = 0; i < 65; ++i) absl::StrAppend(&many, "f", i, "=1&");
  CHECK_CODE(ParseUrlEncoded(many), kInvalidArgument);
  CHECK_CODE(ParseUrlEncoded(std::string(129, 'n') + "=1"), kInvalidArgument);
  CHECK_CODE(ParseUrlEncoded("a=" + std::string(16385, 'v')), kInvalidArgument);
  CHECK(ParseUrlEncoded("a=" + std::string(16384, 'v')).ok());
}

TEST_CASE("what is percent-encoded decodes to itself", "[http]") {
  const std::string text = "a b/c?d&e=f%+é\"<>~-._";
  CHECK(*PercentDecode(PercentEncode(text)) == text);
  CHECK(PercentEncode("a b/é") == "a%20b%2F%C3%A9");
}

constexpr char kMultipart[] = "multipart/form-data; boundary=XX";

TEST_CASE("the text fields of a multipart form are read", "[http]") {
  const auto form = ParseMultipart(
      "preamble\r\n--XX\r\nContent-Disposition: form-data; name=\"product_id\"\r\n\r\nMUG\r\n"
      "--XX  \r\ncontent-disposition: form-data; name=quantity\r\nContent-Type: text/plain\r\n\r\n3\r\n4\r\n--XX--\r\n",
      kMultipart);
  REQUIRE_OK(form);
  CHECK(form->Get("product_id") == "MUG");
  CHECK(form->Get("quantity") == "3\r\n4");
}

TEST_CASE("a quoted boundary and an escaped name are understood", "[http]") {
  const auto form = ParseMultipart(
      "--a b\r\nContent-Disposition: form-data; name=\"a\\\"b\"\r\n\r\n1\r\n--a b--",
      "multipart/form-data; charset=utf-8; boundary=\"a b\"");
  REQUIRE_OK(form);
  CHECK(form->Get("a\"b") == "1");
}

TEST_CASE("malformed multipart forms are refused", "[http]") {
  const std::string part = "Content-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n";
  CHECK_CODE(ParseMultipart("--XX\r\n" + part + "--XX--", "multipart/form-data"), kInvalidArgument);
  CHECK_CODE(ParseMultipart("--XX\r\n" + part + "--XX--", "multipart/form-data; boundary="), kInvalidArgument);
  CHECK_CODE(ParseMultipart("", kMultipart), kInvalidArgument);
  CHECK_CODE(ParseMultipart("--XX", kMultipart), kInvalidArgument);
  CHECK_CODE(ParseMultipart("--XX\r\n" + part, kMultipart), kInvalidArgument);
  CHECK_CODE(ParseMultipart("--XX junk\r\n" + part + "--XX--", kMultipart), kInvalidArgument);
  CHECK_CODE(ParseMultipart("--XX\r\nno headers\r\n--XX--", kMultipart), kInvalidArgument);
  CHECK_CODE(ParseMultipart("--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--", kMultipart), kInvalidArgument);
  CHECK_CODE(ParseMultipart("--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--XX--", kMultipart),
             kInvalidArgument);
  CHECK_CODE(ParseMultipart("--XX\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--XX--", kMultipart),
             kInvalidArgument);
}

TEST_CASE("files in a form are refused", "[http]") {
  CHECK_CODE(ParseMultipart("--XX\r\nContent-Disposition: form-data; name=a; filename=\"x.txt\"\r\n\r\n1\r\n--XX--",
                            kMultipart),
             kInvalidArgument);
}

TEST_CASE("a form's type decides how it is read", "[http]") {
  CHECK(ParseForm("a=1", "application/x-www-form-urlencoded; charset=UTF-8")->Get("a") == "1");
  CHECK_CODE(ParseForm("{}", "application/json"), kUnimplemented);
  CHECK_CODE(ParseForm("a=1", ""), kUnimplemented);
  CHECK(ParseForm("", "").ok());
}

}  // namespace
}  // namespace boutique::http
