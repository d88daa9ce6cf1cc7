// SPDX-License-Identifier: Apache-2.0
#include "gateway/checkout_form.h"

#include <map>

#include "support/catch.h"

namespace boutique::gateway {
namespace {

class FixedClock final : public base::Clock {
 public:
  std::chrono::system_clock::time_point Now() const override {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(1795255200000));  // 21 November 2026
  }
};
const FixedClock kClock;

using Typed = std::map<std::string, std::string>;

Typed Good() {
  return {{"email", "someone@example.com"},
          {"street_address", "1600 Amphitheatre Parkway"},
          {"zip_code", "94043"},
          {"city", "Mountain View"},
          {"state", "CA"},
          {"country", "United States"},
          {"credit_card_number", "4432801561520454"},
          {"credit_card_expiration_month", "1"},
          {"credit_card_expiration_year", "2027"},
          {"credit_card_cvv", "672"}};
}

CheckoutForm Read(const Typed& typed) {
  return ReadCheckoutForm([&](absl::string_view name) -> absl::string_view {
    const auto field = typed.find(std::string(name));
    return field == typed.end() ? absl::string_view() : absl::string_view(field->second);
  });
}

// The fields that are wrong when one is typed like this.
std::vector<std::string> Wrong(const std::string& field, const std::string& value) {
  Typed typed = Good();
  typed[field] = value;
  std::vector<std::string> wrong;
  for (const FieldProblem& problem : CheckCheckoutForm(Read(typed), kClock)) {
    CHECK(problem.sentence.back() == '.');
    wrong.push_back(problem.field);
  }
  return wrong;
}

void CheckAccepted(const std::string& field, const std::string& value) {
  INFO(field << " = " << value);
  CHECK(Wrong(field, value).empty());
}
void CheckRefused(const std::string& field, const std::string& value) {
  INFO(field << " = " << value);
  CHECK(Wrong(field, value) == std::vector<std::string>{field});
}

}  // namespace

TEST_CASE("a form as the original fills it in has no problems", "[checkout_form]") {
  CHECK(CheckCheckoutForm(Read(Good()), kClock).empty());
}

TEST_CASE("an empty form has one problem for each field, in the form's order", "[checkout_form]") {
  std::vector<std::string> fields;
  for (const FieldProblem& problem : CheckCheckoutForm(CheckoutForm(), kClock)) fields.push_back(problem.field);
  CHECK(fields == std::vector<std::string>{"email", "street_address", "zip_code", "city", "state", "country",
                                           "credit_card_number", "credit_card_expiration_month",
                                           "credit_card_expiration_year", "credit_card_cvv"});
}

TEST_CASE("e-mail addresses need a name and a host with a dot", "[checkout_form]") {
  for (const char* const good : {"a@b.co", "first.last+tag@sub.example.org", "o'hara@example.com", " a@b.de "}) {
    CheckAccepted("email", good);
  }
  for (const char* const bad : {"", "a", "@b.co", "a@", "a@b", "a@b.", "a@.co", "a@b..co", "a b@c.de", "a@b c.de",
                                "a@b@c.de", "a@b.c", "a\n@b.de", "<a@b.de>"}) {
    CheckRefused("email", bad);
  }
  CheckRefused("email", std::string(250, 'a') + "@b.de");
}

TEST_CASE("texts are required and bounded", "[checkout_form]") {
  CheckAccepted("street_address", std::string(512, 'x'));
  CheckRefused("street_address", std::string(513, 'x'));
  for (const char* const field : {"city", "state", "country"}) {
    CheckAccepted(field, std::string(128, 'x'));
    CheckRefused(field, std::string(129, 'x'));
    CheckRefused(field, "   ");
  }
}

TEST_CASE("postal codes of other countries are welcome", "[checkout_form]") {
  for (const char* const good : {"94043", "01234", "94043-1351", "K1A 0B1", "SW1A 1AA", "1012 AB"}) {
    CheckAccepted("zip_code", good);
  }
  for (const char* const bad : {"", "0", "00000", "none", "12<3", "12345678901234567"}) CheckRefused("zip_code", bad);
}

TEST_CASE("card numbers may be grouped by spaces or hyphens (user theme 18)", "[checkout_form]") {
  for (const char* const good : {"4432 8015 6152 0454", "4432-8015-6152-0454", "5555555555554444", "2223003122003222",
                                 "6304000000000000"}) {
    CheckAccepted("credit_card_number", good);
  }
  for (const char* const bad : {"", "4432801561520455", "44328015615", "4432801561520454x", "44328015615204544432", "-",
                                "0", "４４３２"}) {
    CheckRefused("credit_card_number", bad);
  }
}

TEST_CASE("a card is good until its month's end, and December is the twelfth (D27)", "[checkout_form]") {
  Typed typed = Good();
  typed["credit_card_expiration_year"] = "2026";
  for (const auto& [month, wrong] : std::map<std::string, bool>{{"10", true}, {"11", false}, {"12", false}}) {
    INFO(month);
    typed["credit_card_expiration_month"] = month;
    CHECK(CheckCheckoutForm(Read(typed), kClock).empty() == !wrong);
  }
  typed["credit_card_expiration_month"] = "12";
  CHECK(ToPlaceOrder(Read(typed), "ada", "EUR", {}).credit_card().credit_card_expiration_month() == 12);
  for (const char* const bad : {"0", "13", "99", "", "x", "-1", "1.5"}) {
    CheckRefused("credit_card_expiration_month", bad);
  }
  for (const char* const bad : {"0", "", "x", "20270"}) CheckRefused("credit_card_expiration_year", bad);
  for (const char* const bad : {"0", "000", "", "12a", "12345", "-12"}) CheckRefused("credit_card_cvv", bad);
}

TEST_CASE("the request carries what was typed", "[checkout_form]") {
  Typed typed = Good();
  typed["zip_code"] = "01234";
  typed["idempotency_key"] = "0123456789abcdef";
  const auto request = ToPlaceOrder(Read(typed), "ada", "EUR", base::Money{"EUR", 17, 680000000});
  CHECK(request.user_id() == "ada");
  CHECK(request.user_currency() == "EUR");
  CHECK(request.address().postal_code() == "01234");
  CHECK(request.address().zip_code() == 1234);
  CHECK(request.credit_card().credit_card_cvv() == 672);
  CHECK(request.idempotency_key() == "0123456789abcdef");
  CHECK(request.expected_total().units() == 17);
  CHECK_FALSE(ToPlaceOrder(Read(typed), "ada", "EUR", {}).has_expected_total());
}

TEST_CASE("one to ten of a product are added at once (D5)", "[checkout_form]") {
  CHECK(ReadQuantity("1") == 1);
  CHECK(ReadQuantity("10") == 10);
  for (const char* const bad : {"", "0", "11", "-1", "+1", "1.0", "x", "4294967297", "99999999999999999999"}) {
    INFO(bad);
    CHECK_FALSE(ReadQuantity(bad));
  }
  CHECK(ReadLineQuantity("0") == 0);
  CHECK(ReadLineQuantity("1000") == 1000);
  CHECK_FALSE(ReadLineQuantity("1001"));
}

}  // namespace boutique::gateway
