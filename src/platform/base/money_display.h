// SPDX-License-Identifier: Apache-2.0
// How an amount is written for a shopper, on pages and in mail. Stateless, safe from any thread.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "platform/base/money.h"

namespace boutique::base {

// The currency's symbol; empty where the shop has none.
absl::string_view CurrencySymbol(absl::string_view code);

// An amount that has been rounded to its minor unit: "€17.68", "¥2235", "-$1.00", and by code where the shop has no
// symbol: "CHF 12.50". Decimals beyond the minor unit are not shown.
std::string FormatMoney(const Money& amount);

}  // namespace boutique::base
