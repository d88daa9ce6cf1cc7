// SPDX-License-Identifier: Apache-2.0
#include "services/payment/card.h"

#include <array>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "platform/base/status.h"

namespace boutique::payment {
namespace {

constexpr char kNumber[] = "credit_card.credit_card_number";
constexpr char kMonth[] = "credit_card.credit_card_expiration_month";
constexpr char kYear[] = "credit_card.credit_card_expiration_year";
constexpr char kCvv[] = "credit_card.credit_card_cvv";

// Numbers that begin with `digits` digits from `first` to `last`. The first row that fits decides.
struct Range {
  int digits;
  std::int64_t first;
  std::int64_t last;
  const char* brand;
};
constexpr std::array<Range, 26> kRanges = {{{2, 34, 34, "amex"},
                                            {2, 37, 37, "amex"},
                                            {3, 300, 305, "diners_club"},
                                            {3, 309, 309, "diners_club"},
                                            {2, 36, 36, "diners_club"},
                                            {2, 38, 39, "diners_club"},
                                            {4, 3528, 3589, "jcb"},
                                            {1, 4, 4, "visa"},
                                            {2, 51, 55, "mastercard"},
                                            {4, 2221, 2720, "mastercard"},
                                            {4, 5018, 5018, "maestro"},
                                            {4, 5020, 5020, "maestro"},
                                            {4, 5038, 5038, "maestro"},
                                            {4, 5044, 5044, "maestro"},
                                            {4, 5081, 5081, "maestro"},
                                            {6, 504645, 504645, "maestro"},
                                            {6, 504817, 504817, "maestro"},
                                            {6, 504834, 504834, "maestro"},
                                            {6, 603845, 603845, "maestro"},
                                            {4, 6220, 6220, "maestro"},
                                            {4, 6304, 6304, "maestro"},
                                            {4, 6759, 6759, "maestro"},
                                            {4, 6761, 6763, "maestro"},
                                            {4, 6011, 6011, "discover"},
                                            {6, 622126, 622925, "discover"},
                                            {2, 65, 65, "discover"}}};

bool HasLengthOf(const std::string& brand, std::size_t length) {
  if (brand == "visa") return length == 13 || length == 16 || length == 19;
  return length == 16;
}

absl::Status CheckExpiry(const pb::CreditCardInfo& info, const std::string& last_four,
                         std::chrono::system_clock::time_point now) {
  const int month = info.credit_card_expiration_month();
  const int year = info.credit_card_expiration_year();
  if (month < 1 || month > 12) return base::InvalidField(kMonth, "must be from 1 to 12");
  if (year < 1000 || year > 9999) return base::InvalidField(kYear, "must have four digits");
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  const int this_month = static_cast<int>(today.year()) * 12 + static_cast<int>(static_cast<unsigned>(today.month()));
  if (year * 12 + month >= this_month) return absl::OkStatus();
  return base::InvalidField(kYear, absl::StrFormat("the card ending in %s expired in %02d/%d", last_four, month, year));
}

}  // namespace

std::string BrandOf(absl::string_view digits) {
  for (const Range& range : kRanges) {
    if (digits.size() < static_cast<std::size_t>(range.digits)) continue;
    std::int64_t prefix = 0;
    for (int i = 0; i < range.digits; ++i) prefix = prefix * 10 + (digits[static_cast<std::size_t>(i)] - '0');
    if (prefix >= range.first && prefix <= range.last) return range.brand;
  }
  return "unknown";
}

bool HasRightCheckDigit(absl::string_view digits) {
  int sum = 0;
  bool is_doubled = false;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    int value = *digit - '0';
    if (is_doubled) value = value > 4 ? value * 2 - 9 : value * 2;
    sum += value;
    is_doubled = !is_doubled;
  }
  return sum % 10 == 0;
}

absl::StatusOr<Card> CheckCard(const pb::CreditCardInfo& info, std::chrono::system_clock::time_point now) {
  Card card;
  if (info.credit_card_number().empty()) return base::InvalidField(kNumber, "is required");
  for (const char c : info.credit_card_number()) {
    if (c == ' ' || c == '-') continue;
    if (c < '0' || c > '9') return base::InvalidField(kNumber, "must have digits only");
    card.number.push_back(c);
    if (card.number.size() > 19) break;
  }
  if (card.number.size() < 12 || card.number.size() > 19) {
    return base::InvalidField(kNumber, "must have 12 to 19 digits");
  }
  if (!HasRightCheckDigit(card.number)) return base::InvalidField(kNumber, "is not the number of a card");
  card.brand = BrandOf(card.number);
  if (card.brand == "unknown") return base::InvalidField(kNumber, "is not the number of a card");
  if (card.brand != "visa" && card.brand != "mastercard") {
    return base::InvalidField(kNumber, absl::StrCat("cannot process ", card.brand, "; only VISA or MasterCard"));
  }
  if (!HasLengthOf(card.brand, card.number.size())) return base::InvalidField(kNumber, "is not the number of a card");
  card.last_four = card.number.substr(card.number.size() - 4);
  if (absl::Status bad = CheckExpiry(info, card.last_four, now); !bad.ok()) return bad;
  // A number cannot carry a code's leading zeros, so 001 comes as 1.
  if (info.credit_card_cvv() < 1 || info.credit_card_cvv() > 999) {
    return base::InvalidField(kCvv, "must be the three digits on the card");
  }
  card.expiration_year = info.credit_card_expiration_year();
  card.expiration_month = info.credit_card_expiration_month();
  return card;
}

}  // namespace boutique::payment
