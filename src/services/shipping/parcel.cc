// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/parcel.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "platform/base/check_field.h"
#include "platform/base/sha256.h"

namespace boutique::shipping {
namespace {

// More than a cart of ours holds: the public shop's holds any, and charges before it ships. Refusing what was paid for
// would lose money; what no parcel can be, nothing or less of something, is refused nevertheless.
constexpr int kMostLines = 10'000;

absl::Status CheckAddress(const pb::Address& address) {
  const struct {
    const char* field;
    const std::string& value;
    std::size_t least;
    std::size_t most;
  } rules[] = {{"address.street_address", address.street_address(), 1, 512},
               {"address.city", address.city(), 1, 128},
               {"address.state", address.state(), 0, 128},
               {"address.country", address.country(), 1, 128},
               {"address.postal_code", address.postal_code(), 0, 32}};
  for (const auto& rule : rules) {
    if (absl::Status bad = base::CheckLength(rule.field, rule.value, rule.least, rule.most); !bad.ok()) return bad;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckParcel(const pb::ShipOrderRequest& request) {
  if (!request.has_address()) return base::InvalidField("address", "is required");
  if (absl::Status bad = CheckAddress(request.address()); !bad.ok()) return bad;
  if (request.items().empty()) return base::InvalidField("items", "must have at least one line");
  if (request.items_size() > kMostLines) {
    return base::InvalidField("items", absl::StrCat("must have at most ", kMostLines, " lines"));
  }
  for (int i = 0; i < request.items_size(); ++i) {
    const pb::CartItem& item = request.items(i);
    const std::string field = absl::StrCat("items[", i, "]");
    if (absl::Status bad = base::CheckLength(field + ".product_id", item.product_id(), 1, 128); !bad.ok()) return bad;
    if (item.quantity() < 1) return base::InvalidField(field + ".quantity", "must be at least 1");
  }
  if (request.idempotency_key().empty()) return absl::OkStatus();
  return base::CheckIdempotencyKey(request.idempotency_key());
}

std::string FingerprintOf(const pb::ShipOrderRequest& request) {
  std::string all;
  // Length before text: no two lists of fields run together to the same bytes.
  const auto append = [&all](absl::string_view text) { absl::StrAppend(&all, text.size(), ":", text, ";"); };
  const pb::Address& address = request.address();
  append(address.street_address());
  append(address.city());
  append(address.state());
  append(address.country());
  append(absl::StrCat(address.zip_code()));
  append(address.postal_code());
  for (const pb::CartItem& item : request.items()) {
    append(item.product_id());
    append(absl::StrCat(item.quantity()));
  }
  return absl::BytesToHexString(base::Sha256(all));
}

}  // namespace boutique::shipping
