// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/order_request.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "platform/base/check_field.h"
#include "platform/base/iso4217.h"
#include "platform/base/money.h"
#include "platform/base/sha256.h"

namespace boutique::checkout {
namespace {

absl::Status FirstError(std::initializer_list<absl::Status> checks) {
  for (const absl::Status& check : checks) {
    if (!check.ok()) return check;
  }
  return absl::OkStatus();
}

absl::Status CheckAddress(const pb::Address& address) {
  if (address.zip_code() < 0) return base::InvalidField("address.zip_code", "must not be negative");
  return FirstError({base::CheckLength("address.street_address", address.street_address(), 1, 512),
                     base::CheckLength("address.city", address.city(), 1, 128),
                     base::CheckLength("address.state", address.state(), 0, 128),
                     base::CheckLength("address.country", address.country(), 1, 128),
                     base::CheckLength("address.postal_code", address.postal_code(), 0, 32)});
}

// Length before text: no two lists of fields run together to the same bytes.
void AppendField(std::string* all, absl::string_view text) { absl::StrAppend(all, text.size(), ":", text, ";"); }

}  // namespace

absl::Status CheckOrderRequest(const pb::PlaceOrderRequest& request) {
  if (absl::Status bad = base::CheckUserId(request.user_id()); !bad.ok()) return bad;
  if (!base::IsCurrencyCode(request.user_currency())) {
    return base::InvalidField("user_currency", "must be three capital letters");
  }
  if (!request.has_address()) return base::InvalidField("address", "is required");
  if (absl::Status bad = CheckAddress(request.address()); !bad.ok()) return bad;
  if (absl::Status bad = base::CheckEmail("email", request.email()); !bad.ok()) return bad;
  if (!request.has_credit_card()) return base::InvalidField("credit_card", "is required");
  if (!request.idempotency_key().empty()) {
    if (absl::Status bad = base::CheckIdempotencyKey(request.idempotency_key()); !bad.ok()) return bad;
  }
  if (request.has_expected_total()) {
    return base::CheckMoney("expected_total", base::Money::Of(request.expected_total()));
  }
  return absl::OkStatus();
}

std::string FingerprintOf(const pb::PlaceOrderRequest& request) {
  std::string all;
  AppendField(&all, request.user_currency());
  AppendField(&all, request.address().street_address());
  AppendField(&all, request.address().city());
  AppendField(&all, request.address().state());
  AppendField(&all, request.address().country());
  AppendField(&all, absl::StrCat(request.address().zip_code()));
  AppendField(&all, request.address().postal_code());
  AppendField(&all, request.email());
  AppendField(&all, request.has_expected_total() ? base::ToString(base::Money::Of(request.expected_total())) : "");
  return absl::BytesToHexString(base::Sha256(all));
}

}  // namespace boutique::checkout
