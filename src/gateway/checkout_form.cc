// SPDX-License-Identifier: Apache-2.0
#include "gateway/checkout_form.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "platform/base/check_field.h"

namespace boutique::gateway {
namespace {

constexpr std::size_t kMostStreet = 512;
constexpr std::size_t kMostName = 128;
constexpr std::size_t kMostPostalCode = 16;
constexpr std::size_t kLeastCardDigits = 12;
constexpr std::size_t kMostCardDigits = 19;
constexpr std::int32_t kLastYear = 9999;
constexpr std::int32_t kMostCvv = 9999;

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

// A whole number without sign or space, from `least` to `most`.
std::optional<std::int32_t> ReadNumber(absl::string_view text, std::int32_t least, std::int32_t most) {
  std::int32_t number = 0;
  if (text.empty() || !std::all_of(text.begin(), text.end(), IsDigit)) return std::nullopt;
  if (!absl::SimpleAtoi(text, &number) || number < least || number > most) return std::nullopt;
  return number;
}

// An address that every service takes, and whose last part is no slip of one letter.
bool IsEmail(absl::string_view text) {
  return base::CheckEmail("email", text).ok() && text.size() - text.rfind('.') >= 3;
}

// Letters, digits, spaces and hyphens with a digit that is not 0 among them.
bool IsPostalCode(absl::string_view text) {
  if (text.size() > kMostPostalCode) return false;
  bool counts = false;
  for (const char c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != ' ' && c != '-') return false;
    counts = counts || (IsDigit(c) && c != '0');
  }
  return counts;
}

// 12 to 19 digits with spaces or hyphens between, of which the last is right by Luhn's rule.
bool IsCardNumber(absl::string_view text) {
  int sum = 0;
  std::size_t digits = 0;
  for (auto c = text.rbegin(); c != text.rend(); ++c) {
    if (*c == ' ' || *c == '-') continue;
    if (!IsDigit(*c)) return false;
    const int doubled = (*c - '0') * (digits++ % 2 == 0 ? 1 : 2);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits >= kLeastCardDigits && digits <= kMostCardDigits && sum % 10 == 0;
}

bool HasExpired(std::int32_t year, std::int32_t month, const base::Clock& clock) {
  const absl::CivilMonth now(absl::ToCivilMonth(absl::FromUnixMillis(clock.NowMs()), absl::UTCTimeZone()));
  return absl::CivilMonth(year, month) < now;
}

class Checker {
 public:
  void Require(bool good, absl::string_view field, absl::string_view sentence) {
    if (!good) problems_.push_back({std::string(field), std::string(sentence)});
  }
  void Text(absl::string_view value, std::size_t most, absl::string_view field, absl::string_view name) {
    if (value.empty()) return Require(false, field, absl::StrCat("Enter your ", name, "."));
    Require(value.size() <= most, field, absl::StrCat("This is too long: use at most ", most, " characters."));
  }
  std::vector<FieldProblem> Take() { return std::move(problems_); }

 private:
  std::vector<FieldProblem> problems_;
};

void CheckCard(const CheckoutForm& form, const base::Clock& clock, Checker& check) {
  check.Require(IsCardNumber(form.card_number), "credit_card_number",
                form.card_number.empty() ? "Enter your card number."
                                         : "Check the card number: it has a mistake in it.");
  const auto month = ReadNumber(form.card_month, 1, 12);
  const auto year = ReadNumber(form.card_year, 1, kLastYear);
  const bool expired = month && year && HasExpired(*year, *month, clock);
  check.Require(month && !expired, "credit_card_expiration_month",
                expired ? "This card has expired." : "Choose the month in which the card expires.");
  check.Require(year.has_value(), "credit_card_expiration_year", "Choose the year in which the card expires.");
  check.Require(ReadNumber(form.card_cvv, 1, kMostCvv).has_value(), "credit_card_cvv",
                "Enter the three or four digits of the card's security code.");
}

}  // namespace

CheckoutForm ReadCheckoutForm(FieldReader field) {
  const auto read = [&](absl::string_view name) { return std::string(absl::StripAsciiWhitespace(field(name))); };
  CheckoutForm form;
  form.email = read("email");
  form.street_address = read("street_address");
  form.zip_code = read("zip_code");
  form.city = read("city");
  form.state = read("state");
  form.country = read("country");
  form.card_number = read("credit_card_number");
  form.card_month = read("credit_card_expiration_month");
  form.card_year = read("credit_card_expiration_year");
  form.card_cvv = read("credit_card_cvv");
  form.idempotency_key = read("idempotency_key");
  form.expected_total = read("expected_total");
  return form;
}

std::vector<FieldProblem> CheckCheckoutForm(const CheckoutForm& form, const base::Clock& clock) {
  Checker check;
  check.Require(IsEmail(form.email), "email",
                form.email.empty() ? "Enter your e-mail address."
                                   : "Check the e-mail address: it should look like name@example.com.");
  check.Text(form.street_address, kMostStreet, "street_address", "street address");
  check.Require(IsPostalCode(form.zip_code), "zip_code",
                form.zip_code.empty() ? "Enter your postal code." : "Check the postal code.");
  check.Text(form.city, kMostName, "city", "city");
  check.Text(form.state, kMostName, "state", "state or region");
  check.Text(form.country, kMostName, "country", "country");
  CheckCard(form, clock, check);
  return check.Take();
}

pb::PlaceOrderRequest ToPlaceOrder(const CheckoutForm& form, absl::string_view user_id, absl::string_view currency,
                                   const std::optional<base::Money>& expected) {
  pb::PlaceOrderRequest request;
  request.set_user_id(std::string(user_id));
  request.set_user_currency(std::string(currency));
  request.set_email(form.email);
  request.set_idempotency_key(form.idempotency_key);
  auto& address = *request.mutable_address();
  address.set_street_address(form.street_address);
  address.set_city(form.city);
  address.set_state(form.state);
  address.set_country(form.country);
  address.set_postal_code(form.zip_code);
  address.set_zip_code(ReadNumber(form.zip_code, 0, INT32_MAX).value_or(0));
  auto& card = *request.mutable_credit_card();
  card.set_credit_card_number(form.card_number);
  card.set_credit_card_cvv(ReadNumber(form.card_cvv, 0, kMostCvv).value_or(0));
  card.set_credit_card_expiration_year(ReadNumber(form.card_year, 0, kLastYear).value_or(0));
  card.set_credit_card_expiration_month(ReadNumber(form.card_month, 0, 12).value_or(0));
  if (expected) expected->CopyTo(request.mutable_expected_total());
  return request;
}

std::optional<std::int32_t> ReadQuantity(absl::string_view text) {
  return ReadNumber(absl::StripAsciiWhitespace(text), 1, 10);
}

std::optional<std::int32_t> ReadLineQuantity(absl::string_view text) {
  return ReadNumber(absl::StripAsciiWhitespace(text), 0, 1000);
}

}  // namespace boutique::gateway
