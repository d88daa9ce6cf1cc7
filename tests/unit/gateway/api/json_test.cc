// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/json.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "hipstershop/cart.pb.h"
#include "hipstershop/checkout.pb.h"
#include "hipstershop/currency.pb.h"
#include "hipstershop/shipping.pb.h"
#include "storefront/api.pb.h"
#include "support/catch.h"

namespace boutique::gateway {
namespace {

namespace pb = ::hipstershop;
namespace v1 = ::storefront::v1;

// What reading the text as such a message says.
template <typename Message>
std::string Read(absl::string_view text) {
  Message message;
  const absl::Status status = FromJson(text, &message);
  CHECK((status.ok() || absl::IsInvalidArgument(status)));
  return status.ok() ? "ok" : std::string(status.message());
}

TEST_CASE("names of JSON and of the contract are both read", "[api]") {
  pb::CartItem item;
  REQUIRE_OK(FromJson(R"({"product_id":"MUG","quantity":2})", &item));
  CHECK(item.product_id() == "MUG");
  pb::CartItem again;
  REQUIRE_OK(FromJson(R"( {"productId":"MUG","quantity":2} )", &again));
  CHECK(again.SerializeAsString() == item.SerializeAsString());
}

TEST_CASE("whole numbers are read as canonical JSON writes them, and no others", "[api]") {
  for (const char* const good : {"7", "7.0", "\"7\"", "7e0", "2147483647", "-2147483648"}) {
    CAPTURE(good);
    CHECK(Read<pb::CartItem>(absl::StrCat(R"({"quantity":)", good, "}")) == "ok");
  }
  for (const char* const bad : {"7.5", "\"seven\"", "\"\"", "\" 7\"", "true", "2147483648", "-2147483649", "1e300",
                                "99999999999999999999999", "[]", "{}", "\"7.5\""}) {
    CAPTURE(bad);
    const std::string text = absl::StrCat(R"({"quantity":)", bad, "}");
    CHECK(Read<pb::CartItem>(text) == "quantity: must be a whole number of 32 bits");
  }
  CHECK(Read<pb::Money>(R"({"units":"9223372036854775807"})") == "ok");
  CHECK(Read<pb::Money>(R"({"units":9223372036854775807})") == "ok");
  CHECK(Read<pb::Money>(R"({"units":"9223372036854775808"})") == "units: must be a whole number of 64 bits");
  CHECK(Read<pb::Money>(R"({"units":9223372036854775808})") == "units: must be a whole number of 64 bits");
}

TEST_CASE("a number beyond every range is no JSON that can be read", "[api]") {
  CHECK(Read<pb::CartItem>(R"({"quantity":1e400})") == "body: is not JSON in UTF-8");
}

TEST_CASE("an unknown field is refused by its name", "[api]") {
  CHECK(Read<pb::CartItem>(R"({"productId":"MUG","colour":"red"})") == "colour: is not a field of this request");
  CHECK(Read<v1::CheckoutRequest>(R"({"address":{"planet":"Earth"}})") ==
        "address.planet: is not a field of this request");
  CHECK(Read<pb::GetQuoteRequest>(R"({"items":[{},{"sku":"1"}]})") == "items[1].sku: is not a field of this request");
  CHECK(Read<pb::CartItem>(R"({"":1})") == ": is not a field of this request");
}

TEST_CASE("a name that is long is shown in part, and no character is cut", "[api]") {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "ä";
  const std::string message = Read<pb::CartItem>(absl::StrCat("{\"", name, "\":1}"));
  CHECK(message == absl::StrCat(name.substr(0, 64), "...: is not a field of this request"));
  CHECK(Read<pb::CartItem>(absl::StrCat("{\"x", name, "\":1}")) ==
        absl::StrCat("x", name.substr(0, 62), "...: is not a field of this request"));
}

TEST_CASE("a value of another type is refused by its field's name", "[api]") {
  CHECK(Read<pb::CartItem>(R"({"productId":7})") == "productId: must be a string");
  CHECK(Read<pb::CurrencyConversionRequest>(R"({"from":"USD 1"})") == "from: must be an object");
  CHECK(Read<pb::GetQuoteRequest>(R"({"items":{}})") == "items: must be a list");
  CHECK(Read<pb::GetQuoteRequest>(R"({"items":[null]})") == "items[0]: must be an object");
}

TEST_CASE("a field that is there twice is refused", "[api]") {
  CHECK(Read<pb::CartItem>(R"({"quantity":1,"quantity":2})") == "quantity: is there twice");
  CHECK(Read<pb::CartItem>(R"({"productId":"A","product_id":"B"})") == "productId: is there twice");
  CHECK(Read<pb::GetQuoteRequest>(R"({"items":[{"quantity":1},{"quantity":1}]})") == "ok");
}

TEST_CASE("null is as if the field were not there", "[api]") {
  CHECK(Read<v1::CheckoutRequest>(R"({"email":null,"address":null,"expectedTotal":null})") == "ok");
  v1::LineQuantity line;
  REQUIRE_OK(FromJson(R"({"quantity":null})", &line));
  CHECK_FALSE(line.has_quantity());
}

TEST_CASE("what is no JSON object in UTF-8 is refused", "[api]") {
  for (const char* const text :
       {"", "  ", "{", "{\"quantity\":}", "{'quantity':1}", "quantity=1", "{}{}", "{\"a\":\"\xff\"}",
        "{\"productId\":\"\xc3\x28\"}", "{\"productId\":\"\\ud800\"}", "\xef\xbb\xbf", "// {}\n{}",
        "{\"quantity\":NaN}", "{\"quantity\":01}"}) {
    CAPTURE(text);
    CHECK(Read<pb::CartItem>(text).rfind("body: ", 0) == 0);
  }
  for (const char* const text : {"[]", "null", "7", "\"x\"", "true"}) {
    CAPTURE(text);
    CHECK(Read<pb::CartItem>(text) == "body: must be an object");
  }
  CHECK(Read<pb::CartItem>(absl::string_view("{}\0", 3)).rfind("body: ", 0) == 0);
}

TEST_CASE("deep nesting is refused at its first unknown name", "[api]") {
  const std::string deep = absl::StrCat("{\"a\":", std::string(30000, '['), std::string(30000, ']'), "}");
  CHECK(Read<pb::CartItem>(deep) == "a: is not a field of this request");
  CHECK(Read<pb::CartItem>(std::string(60000, '[')) == "body: is not JSON in UTF-8");
}

TEST_CASE("no error repeats what a field held", "[api]") {
  const std::string message =
      Read<v1::CheckoutRequest>(R"({"creditCard":{"creditCardNumber":4432801561520454,"creditCardCvv":"6 7 2"}})");
  CHECK(message.find("4432") == std::string::npos);
  CHECK(Read<v1::CheckoutRequest>(R"({"creditCard":{"creditCardCvv":"672x"}})").find("672") == std::string::npos);
}

TEST_CASE("empty fields are written, and 64-bit numbers as strings", "[api]") {
  pb::Money money;
  money.set_currency_code("EUR");
  CHECK(ToJson(money) == R"({"currencyCode":"EUR","units":"0","nanos":0})");
  CHECK(ToJson(pb::GetSupportedCurrenciesResponse()) == R"({"currencyCodes":[]})");
  CHECK(ToJson(v1::Quote()) == "{}");
}

TEST_CASE("a contract's path becomes JSON's", "[api]") {
  CHECK(JsonPath("credit_card.credit_card_cvv") == "creditCard.creditCardCvv");
  CHECK(JsonPath("items[0].product_id") == "items[0].productId");
  CHECK(JsonPath("Idempotency-Key") == "Idempotency-Key");
}

}  // namespace
}  // namespace boutique::gateway
