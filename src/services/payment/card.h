// SPDX-License-Identifier: Apache-2.0
// Which cards can be charged.
// Stateless, safe from any thread.
#pragma once

#include <chrono>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "hipstershop/types.pb.h"

namespace boutique::payment {

namespace pb = ::hipstershop;

// A card that can be charged. `number` is for the processor alone: never store, log or return it.
struct Card {
  std::string number;     // digits only
  std::string brand;      // "visa" or "mastercard"
  std::string last_four;  // the number's end
  int expiration_year = 0;
  int expiration_month = 0;
};

// The card, if it is a VISA or MasterCard whose number has the brand's length and a right check digit (ISO/IEC 7812-1,
// the Luhn algorithm), which does not expire before the month of `now` in UTC, and whose security code is from 1 to 999.
// Spaces and hyphens in the number are left out. Otherwise INVALID_ARGUMENT, which names the field, and of the card at
// most the brand and the last four digits.
absl::StatusOr<Card> CheckCard(const pb::CreditCardInfo& info, std::chrono::system_clock::time_point now);

// "visa", "mastercard", or another brand that the number's first digits tell; "unknown" if they tell none. Electron
// cards are "visa"; MasterCard's 2-series (2221 to 2720) is "mastercard".
std::string BrandOf(absl::string_view digits);

// Whether the last digit is right by the Luhn algorithm. `digits` has digits only.
bool HasRightCheckDigit(absl::string_view digits);

}  // namespace boutique::payment
