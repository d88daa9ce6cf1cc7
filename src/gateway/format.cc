// SPDX-License-Identifier: Apache-2.0
#include "gateway/format.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "platform/http/forms.h"

namespace boutique::gateway {

std::string CurrencyLabel(absl::string_view code) {
  const absl::string_view symbol = base::CurrencySymbol(code);
  return symbol.empty() ? std::string(code) : absl::StrCat(symbol, " ", code);
}

absl::StatusOr<base::Money> ParseAmount(absl::string_view text, absl::string_view currency) {
  const std::string number = absl::StrReplaceAll(absl::StripAsciiWhitespace(text), {{",", "."}});
  if (number.empty() || number[0] == '-') return absl::InvalidArgumentError("not an amount");
  return base::ParseMoney(absl::StrCat(currency, " ", number));
}

std::string CountText(std::int64_t count, absl::string_view one, absl::string_view many) {
  if (count == 0) return absl::StrCat("No ", many);
  return absl::StrCat(count, " ", count == 1 ? one : many);
}

std::string CartCountText(std::int64_t count) { return count <= 0 ? "empty" : CountText(count, "item", "items"); }

std::string CategoryName(absl::string_view category) {
  std::string name(category);
  if (!name.empty()) name[0] = absl::ascii_toupper(static_cast<unsigned char>(name[0]));
  return name;
}

std::string CardBrandName(absl::string_view brand) {
  return brand == "mastercard" ? std::string("Mastercard") : CategoryName(brand);
}

std::string ListNames(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  if (names.size() == 1) return names[0];
  if (names.size() == 2) return absl::StrCat(names[0], " and ", names[1]);
  return absl::StrCat(names[0], ", ", names[1], " and ", names.size() - 2, " more");
}

std::string FormatTime(std::int64_t time_ms) {
  return absl::FormatTime("%-d %B %Y, %H:%M UTC", absl::FromUnixMillis(time_ms), absl::UTCTimeZone());
}

std::string FormatIsoTime(std::int64_t time_ms) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMillis(time_ms), absl::UTCTimeZone());
}

std::string WithQuery(absl::string_view path,
                      const std::vector<std::pair<absl::string_view, absl::string_view>>& query) {
  std::string out(path);
  char mark = '?';
  for (const auto& [name, value] : query) {
    if (value.empty()) continue;
    absl::StrAppend(&out, absl::string_view(&mark, 1), http::PercentEncode(name), "=", http::PercentEncode(value));
    mark = '&';
  }
  return out;
}

}  // namespace boutique::gateway
