// SPDX-License-Identifier: Apache-2.0
// How amounts, numbers, times and names are written for a shopper.
// Stateless, safe from any thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "platform/base/money_display.h"

namespace boutique::gateway {

using base::FormatMoney;
// A currency in the selector: "€ EUR", or "CHF".
std::string CurrencyLabel(absl::string_view code);
// A number that a shopper typed as an amount, "12", "12.5" or "12,5", with at most nine decimals. INVALID_ARGUMENT
// otherwise; never negative.
absl::StatusOr<base::Money> ParseAmount(absl::string_view text, absl::string_view currency);

// "1 product", "3 products", "No products".
std::string CountText(std::int64_t count, absl::string_view one, absl::string_view many);
// What a screen reader says of the cart: "empty", "1 item", "13 items".
std::string CartCountText(std::int64_t count);
// "Kitchen" for "kitchen".
std::string CategoryName(absl::string_view category);
// "visa" and "mastercard" as their owners write them; any other brand with a capital.
std::string CardBrandName(absl::string_view brand);
// "Mug, Watch and 1 more": the first two names.
std::string ListNames(const std::vector<std::string>& names);

// Of milliseconds since 1970: "21 November 2026, 10:00 UTC".
std::string FormatTime(std::int64_t time_ms);
// "2026-11-21T10:00:00Z".
std::string FormatIsoTime(std::int64_t time_ms);

// "path?name=value&…" without the fields that have no value.
std::string WithQuery(absl::string_view path,
                      const std::vector<std::pair<absl::string_view, absl::string_view>>& query);

}  // namespace boutique::gateway
