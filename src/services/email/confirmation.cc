// SPDX-License-Identifier: Apache-2.0
#include "services/email/confirmation.h"

#include "absl/strings/str_cat.h"
#include "platform/base/check_field.h"
#include "platform/base/money.h"
#include "platform/base/status.h"

namespace boutique::email {
namespace {

constexpr std::size_t kLongestId = 128;
constexpr std::size_t kLongestName = 256;
constexpr int kMostLines = 1000;
constexpr int kMostOfOne = 1000;

absl::Status CheckCost(absl::string_view field, const pb::Money& cost) {
  const base::Money amount = base::Money::Of(cost);
  if (absl::Status bad = base::CheckMoney(field, amount); !bad.ok()) return bad;
  return amount.IsNegative() ? base::InvalidField(field, "must not be negative") : absl::OkStatus();
}

absl::Status CheckLine(const std::string& field, const pb::OrderItem& line) {
  if (!line.has_item()) return base::InvalidField(absl::StrCat(field, ".item"), "is required");
  const std::string id = absl::StrCat(field, ".item.product_id");
  if (absl::Status bad = base::CheckLength(id, line.item().product_id(), 1, kLongestId); !bad.ok()) return bad;
  if (line.item().quantity() < 1 || line.item().quantity() > kMostOfOne) {
    return base::FieldOutOfRange(absl::StrCat(field, ".item.quantity"), absl::StrCat("must be 1 to ", kMostOfOne));
  }
  const std::string name = absl::StrCat(field, ".product_name");
  if (absl::Status bad = base::CheckLength(name, line.product_name(), 0, kLongestName); !bad.ok()) return bad;
  return line.has_cost() ? CheckCost(absl::StrCat(field, ".cost"), line.cost()) : absl::OkStatus();
}

absl::Status CheckShippingAddress(const pb::Address& address) {
  struct Bound {
    const char* field;
    const std::string& value;
    std::size_t longest;
  };
  for (const Bound& each : {Bound{"order.shipping_address.street_address", address.street_address(), 512},
                            Bound{"order.shipping_address.city", address.city(), 128},
                            Bound{"order.shipping_address.state", address.state(), 128},
                            Bound{"order.shipping_address.country", address.country(), 128},
                            Bound{"order.shipping_address.postal_code", address.postal_code(), 32}}) {
    if (absl::Status bad = base::CheckLength(each.field, each.value, 0, each.longest); !bad.ok()) return bad;
  }
  return address.zip_code() < 0 ? base::InvalidField("order.shipping_address.zip_code", "must not be negative")
                                : absl::OkStatus();
}

// Of what becomes part of a header.
absl::Status CheckPrintable(absl::string_view field, absl::string_view value) {
  for (const char c : value) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      return base::InvalidField(field, "must not have control characters");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckOrder(const pb::OrderResult& order) {
  if (absl::Status bad = base::CheckLength("order.order_id", order.order_id(), 1, kLongestId); !bad.ok()) return bad;
  if (absl::Status bad = CheckPrintable("order.order_id", order.order_id()); !bad.ok()) return bad;
  if (absl::Status bad = base::CheckLength("order.shipping_tracking_id", order.shipping_tracking_id(), 0, kLongestId);
      !bad.ok()) {
    return bad;
  }
  if (order.has_shipping_cost()) {
    if (absl::Status bad = CheckCost("order.shipping_cost", order.shipping_cost()); !bad.ok()) return bad;
  }
  if (absl::Status bad = CheckShippingAddress(order.shipping_address()); !bad.ok()) return bad;
  if (order.items_size() > kMostLines) {
    return base::InvalidField("order.items", absl::StrCat("must have at most ", kMostLines, " lines"));
  }
  for (int i = 0; i < order.items_size(); ++i) {
    if (absl::Status bad = CheckLine(absl::StrCat("order.items[", i, "]"), order.items(i)); !bad.ok()) return bad;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckConfirmation(const pb::SendOrderConfirmationRequest& request) {
  if (absl::Status bad = base::CheckEmail("email", request.email()); !bad.ok()) return bad;
  if (!request.has_order()) return base::InvalidField("order", "is required");
  return CheckOrder(request.order());
}

}  // namespace boutique::email
