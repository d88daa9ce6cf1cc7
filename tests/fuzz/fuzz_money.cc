// SPDX-License-Identifier: Apache-2.0
// Amounts from text and from raw bytes: what is accepted is well-formed, can be written and read back, and arithmetic
// on it neither overflows nor loses its form.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "platform/base/money.h"

using boutique::base::Money;

namespace {

void Check(const absl::StatusOr<Money>& amount) {
  if (amount.ok() && !boutique::base::CheckMoney("amount", *amount).ok()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto parsed = boutique::base::ParseMoney(text);
  Check(parsed);
  if (parsed.ok()) {
    const auto again = boutique::base::ParseMoney(boutique::base::ToString(*parsed));
    if (!again.ok() || !(*again == *parsed)) std::abort();
  }
  if (size >= 32) {
    Money a{"EUR", 0, 0};
    Money b{"EUR", 0, 0};
    std::int64_t factor = 0;
    std::memcpy(&a.units, data, 8);
    std::memcpy(&a.nanos, data + 8, 4);
    std::memcpy(&b.units, data + 12, 8);
    std::memcpy(&b.nanos, data + 20, 4);
    std::memcpy(&factor, data + 24, 8);
    Check(boutique::base::Add(a, b));
    Check(boutique::base::Multiply(a, factor));
    Check(boutique::base::RoundToMinorUnit(a));
  }
  return 0;
}
