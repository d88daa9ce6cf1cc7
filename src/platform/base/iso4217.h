// SPDX-License-Identifier: Apache-2.0
// What ISO 4217 says of currencies. Stateless, safe from any thread.
#pragma once

#include "absl/strings/string_view.h"

namespace boutique::base {

// Whether `code` has the form of a code: three capital letters.
bool IsCurrencyCode(absl::string_view code);

// Whether `code` is an active code of the standard's list (as of 2024), funds codes and metals included.
bool IsIso4217(absl::string_view code);

// The number of decimals of the currency's minor unit: 2 for most and for unknown codes, 0 for the yen, 3 for the
// dinar.
int MinorUnitDigits(absl::string_view code);

}  // namespace boutique::base
