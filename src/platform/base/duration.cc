// SPDX-License-Identifier: Apache-2.0
#include "platform/base/duration.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace boutique::base {
namespace {

using Unit = std::pair<absl::string_view, std::int64_t>;
// Longer names first where one begins with another.
constexpr std::array<Unit, 9> kUnits = {{{"ns", 1},
                                         {"us", 1'000},
                                         {"ms", 1'000'000},
                                         {"s", 1'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"h", 3'600'000'000'000},
                                         {"d", 86'400'000'000'000},
                                         // As Go writes them: the micro sign, and the Greek letter.
                                         {"\u00b5s", 1'000},
                                         {"\u03bcs", 1'000}}};
constexpr double kLongest = 100.0 * 365 * 86'400'000'000'000;

const Unit* FindUnit(absl::string_view text) {
  for (const Unit& unit : kUnits) {
    if (text.substr(0, unit.first.size()) == unit.first) return &unit;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<std::chrono::nanoseconds> ParseDuration(absl::string_view text) {
  const auto bad = [text] {
    return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not a duration such as 5.5s, 1h30m or 30d"));
  };
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return bad();
  double total = 0;
  absl::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t digits = rest.find_first_not_of("0123456789.");
    double number = 0;
    if (digits == 0 || digits == absl::string_view::npos || !absl::SimpleAtod(rest.substr(0, digits), &number)) {
      return bad();
    }
    rest.remove_prefix(digits);
    const Unit* const unit = FindUnit(rest);
    if (unit == nullptr) return bad();
    rest.remove_prefix(unit->first.size());
    total += number * static_cast<double>(unit->second);
    if (total > kLongest) return bad();
  }
  // To the nearest: 1.021 has no exact double, and cutting would lose a nanosecond.
  return std::chrono::nanoseconds(std::llround(total));
}

std::string FormatDuration(std::chrono::nanoseconds duration) {
  const std::int64_t count = duration.count();
  if (count == 0) return "0";
  constexpr std::array<Unit, 7> kLargestFirst = {
      {kUnits[6], kUnits[5], kUnits[4], kUnits[3], kUnits[2], kUnits[1], kUnits[0]}};
  for (const auto& [name, size] : kLargestFirst) {
    if (count % size == 0) return absl::StrCat(count / size, name);
  }
  return absl::StrCat(count, "ns");
}

}  // namespace boutique::base
