// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_checks.h"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "platform/base/check_field.h"
#include "platform/base/ids.h"
#include "platform/base/money.h"

namespace boutique::order {
namespace {

constexpr int kMostLines = 1000;
constexpr int kMostOfOne = 1000;
constexpr std::size_t kLongestName = 256;
constexpr std::int64_t kLongestLeaseMs = 300'000;

absl::Status FirstError(std::initializer_list<absl::Status> checks) {
  for (const absl::Status& check : checks) {
    if (!check.ok()) return check;
  }
  return absl::OkStatus();
}

absl::Status CheckUuid(absl::string_view field, absl::string_view id) {
  if (base::IsUuidV4(id)) return absl::OkStatus();
  return base::InvalidField(field, id.empty() ? "is required" : "must be a random UUID in lower case");
}

// A price in the order's currency, zero or more.
absl::Status CheckPrice(absl::string_view field, const pb::Money& price, const std::string& currency) {
  const base::Money amount = base::Money::Of(price);
  if (absl::Status bad = base::CheckMoney(field, amount); !bad.ok()) return bad;
  if (amount.IsNegative()) return base::InvalidField(field, "must not be negative");
  if (amount.currency != currency) {
    return base::InvalidField(absl::StrCat(field, ".currency_code"),
                              absl::StrCat("must be that of the total, ", currency));
  }
  return absl::OkStatus();
}

absl::Status CheckLine(absl::string_view field, const pb::OrderItem& line, const std::string& currency) {
  const std::string item = absl::StrCat(field, ".item");
  if (absl::Status bad = base::CheckLength(absl::StrCat(item, ".product_id"), line.item().product_id(), 1, 128);
      !bad.ok()) {
    return bad;
  }
  if (line.item().quantity() < 1 || line.item().quantity() > kMostOfOne) {
    return base::InvalidField(absl::StrCat(item, ".quantity"), absl::StrCat("must be from 1 to ", kMostOfOne));
  }
  if (absl::Status bad = base::CheckLength(absl::StrCat(field, ".product_name"), line.product_name(), 0, kLongestName);
      !bad.ok()) {
    return bad;
  }
  return CheckPrice(absl::StrCat(field, ".cost"), line.cost(), currency);
}

absl::Status CheckAddress(const pb::Address& address) {
  return FirstError({base::CheckLength("order.shipping_address.street_address", address.street_address(), 1, 512),
                     base::CheckLength("order.shipping_address.city", address.city(), 1, 128),
                     base::CheckLength("order.shipping_address.state", address.state(), 0, 128),
                     base::CheckLength("order.shipping_address.country", address.country(), 1, 128),
                     base::CheckLength("order.shipping_address.postal_code", address.postal_code(), 0, 32)});
}

absl::Status CheckLastFour(absl::string_view field, absl::string_view digits) {
  const bool four = digits.size() == 4 && std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit);
  return digits.empty() || four ? absl::OkStatus() : base::InvalidField(field, "must be four digits");
}

// The fields that an order and a step have in common.
template <typename Message>
absl::Status CheckNotes(absl::string_view prefix, const Message& notes) {
  const auto field = [&](absl::string_view name) { return absl::StrCat(prefix, name); };
  if (notes.reason_code() < 0 || notes.reason_code() > 16) {
    return base::InvalidField(field("reason_code"), "must be a gRPC status code, 0 to 16");
  }
  return FirstError({base::CheckLength(field("transaction_id"), notes.transaction_id(), 0, 128),
                     base::CheckLength(field("card_brand"), notes.card_brand(), 0, 32),
                     CheckLastFour(field("card_last_four"), notes.card_last_four()),
                     base::CheckLength(field("shipping_tracking_id"), notes.shipping_tracking_id(), 0, 128),
                     base::CheckLength(field("reason"), notes.reason(), 0, 4096)});
}

absl::Status CheckPrices(const pb::Order& order) {
  if (!order.has_total()) return base::InvalidField("order.total", "is required");
  if (!order.has_shipping_cost()) return base::InvalidField("order.shipping_cost", "is required");
  const std::string& currency = order.total().currency_code();
  if (absl::Status bad = CheckPrice("order.total", order.total(), currency); !bad.ok()) return bad;
  if (absl::Status bad = CheckPrice("order.shipping_cost", order.shipping_cost(), currency); !bad.ok()) return bad;
  auto sum = absl::StatusOr<base::Money>(base::Money::Of(order.shipping_cost()));
  for (int i = 0; i < order.items_size(); ++i) {
    const pb::OrderItem& line = order.items(i);
    if (absl::Status bad = CheckLine(absl::StrCat("order.items[", i, "]"), line, currency); !bad.ok()) return bad;
    const auto cost = base::Multiply(base::Money::Of(line.cost()), line.item().quantity());
    if (!cost.ok()) return cost.status();
    sum = base::Add(*sum, *cost);
    if (!sum.ok()) return sum.status();
  }
  if (*sum == base::Money::Of(order.total())) return absl::OkStatus();
  return base::InvalidField("order.total",
                            absl::StrCat("must be the sum of the lines and the postage, ", base::ToString(*sum)));
}

}  // namespace

absl::Status CheckNewOrder(const pb::Order& order) {
  const absl::Status fields = FirstError({
      CheckUuid("order.order_id", order.order_id()),
      base::CheckLength("order.user_id", order.user_id(), 1, 128),
      base::CheckIdempotencyKey(order.idempotency_key()),
      base::CheckLength("order.fingerprint", order.fingerprint(), 1, 128),
      base::CheckLength("order.email", order.email(), 1, 254),
      base::CheckLength("order.previous_order_id", order.previous_order_id(), 0, 64),
      CheckNotes("order.", order),
  });
  if (!fields.ok()) return fields;
  if (!order.has_shipping_address()) return base::InvalidField("order.shipping_address", "is required");
  if (absl::Status bad = CheckAddress(order.shipping_address()); !bad.ok()) return bad;
  if (order.items().empty()) return base::InvalidField("order.items", "must have at least one line");
  if (order.items_size() > kMostLines) {
    return base::InvalidField("order.items", absl::StrCat("must have at most ", kMostLines, " lines"));
  }
  return CheckPrices(order);
}

absl::Status CheckLease(std::int64_t lease_ms) {
  if (lease_ms >= 0 && lease_ms <= kLongestLeaseMs) return absl::OkStatus();
  return base::InvalidField("lease_ms", absl::StrCat("must be from 0 to ", kLongestLeaseMs));
}

absl::Status CheckStep(const pb::RecordStepRequest& step) {
  if (absl::Status bad = CheckUuid("order_id", step.order_id()); !bad.ok()) return bad;
  if (step.expected_epoch() < 1) return base::InvalidField("expected_epoch", "must be 1 or more");
  for (const auto& [field, state] : {std::pair("expected_state", step.expected_state()),
                                     std::pair("state", step.state())}) {
    if (state == pb::ORDER_STATE_UNSPECIFIED) return base::InvalidField(field, "is required");
    if (!pb::OrderState_IsValid(state)) return base::InvalidField(field, "is no state of an order");
  }
  if (step.settled() && step.state() != pb::CONFIRMED) {
    return base::InvalidField("settled", "is said of orders that are CONFIRMED");
  }
  if (absl::Status bad = CheckLease(step.lease_ms()); !bad.ok()) return bad;
  return CheckNotes("", step);
}

}  // namespace boutique::order
