// SPDX-License-Identifier: Apache-2.0
// A card's fields, from a serialized message or from text: never a crash, and never a number in an answer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "services/payment/card.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  hipstershop::CreditCardInfo info;
  if (!info.ParseFromString(bytes)) {
    info.set_credit_card_number(bytes);
    info.set_credit_card_expiration_month(1);
    info.set_credit_card_expiration_year(2099);
    info.set_credit_card_cvv(123);
  }
  const auto card = boutique::payment::CheckCard(info, std::chrono::sys_days(std::chrono::year(2026) / 11 / 21));
  if (card.ok()) {
    if (card->last_four.size() != 4 || !boutique::payment::HasRightCheckDigit(card->number)) std::abort();
  } else if (!absl::IsInvalidArgument(card.status())) {
    std::abort();
  }
  return 0;
}
