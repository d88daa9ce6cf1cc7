// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/quote.h"

#include "absl/strings/str_cat.h"
#include "platform/base/status.h"

namespace boutique::shipping {

absl::StatusOr<base::Money> Quote(const pb::GetQuoteRequest& request) {
  bool is_empty = true;
  for (int i = 0; i < request.items_size(); ++i) {
    const std::int32_t quantity = request.items(i).quantity();
    if (quantity < 0) return base::InvalidField(absl::StrCat("items[", i, "].quantity"), "must not be negative");
    is_empty = is_empty && quantity == 0;
  }
  if (is_empty) return base::Money{"USD", 0, 0};
  return base::Money{"USD", 8, 990'000'000};
}

}  // namespace boutique::shipping
