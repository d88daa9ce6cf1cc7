// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/format.h"
#include "gateway/pages/pages.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {
namespace {

constexpr std::int64_t kThanksForMs = 10 * 60 * 1000;
constexpr StateText kBeingPrepared = {"state-busy", "Being prepared",
                                      "We are still working on this order. Please do not order again."};

bool IsPaid(pb::OrderState state) {
  return state == pb::CHARGED || state == pb::SHIPPING || state == pb::SHIPPED || state == pb::CONFIRMED;
}

void AddAddress(const pb::Order& order, Fields content) {
  const pb::Address& address = order.shipping_address();
  content.Set("EMAIL", order.email()).Set("STREET_ADDRESS", address.street_address()).Set("CITY", address.city());
  content.Set("STATE", address.state()).Set("COUNTRY", address.country());
  content.Set("ZIP_CODE", address.postal_code().empty() ? absl::StrCat(address.zip_code()) : address.postal_code());
}

absl::Status AddLines(const Storefront& front, const OrderView& view, Fields content) {
  for (const pb::OrderItem& line : view.order.items()) {
    const base::Money unit = base::Money::Of(line.cost());
    const auto total = LineTotal(unit, line.item().quantity());
    if (!total.ok()) return total.status();
    const std::string& id = line.item().product_id();
    const auto product = view.products.find(id);
    Fields row = content.Add("LINES");
    row.Set("NAME", NameOf(line, view.products));
    row.Set("PRODUCT_URL", front.ProductUrl(id));
    row.Set("QUANTITY", line.item().quantity());
    row.Set("UNIT_PRICE", FormatMoney(unit)).Set("LINE_TOTAL", FormatMoney(*total));
    if (product == view.products.end()) continue;
    row.Show("PICTURE", "PICTURE_URL", front.assets().PictureUrl(product->second.picture()));
  }
  return absl::OkStatus();
}

// The total as it is on record, or the sum of what is known.
absl::StatusOr<base::Money> TotalOf(const pb::Order& order, const base::Money& subtotal) {
  if (order.has_total()) return base::Money::Of(order.total());
  return base::Add(subtotal, base::Money::Of(order.shipping_cost()));
}

}  // namespace

bool IsFinal(pb::OrderState state) { return state == pb::CONFIRMED || state == pb::CANCELLED; }

StateText TextOf(const pb::Order& order) {
  // Given up after it was charged: the way there was to pay back.
  const bool paid_back = order.state() == pb::CANCELLED && !order.transaction_id().empty();
  switch (paid_back ? pb::REFUNDED : order.state()) {
    case pb::CONFIRMED:
      return {"state-good", "Confirmed", ""};
    case pb::REFUNDING:
      return {"state-busy", "Being refunded", "This order could not be shipped. We are paying you back in full."};
    case pb::REFUNDED:
      return {"state-stopped", "Refunded", "This order could not be shipped. You have been paid back in full."};
    case pb::CANCELLED:
      return {"state-stopped", "Cancelled", "This order was not made. Nothing has been charged."};
    case pb::NEEDS_ATTENTION:
      return {"state-attention", "Being looked into",
              "Someone is looking into this order. Please do not order again."};
    default:
      return kBeingPrepared;
  }
}

absl::StatusOr<http::Response> RenderOrder(const Storefront& front, const Visit& visit, const OrderView& view) {
  const pb::Order& order = view.order;
  const std::int64_t placed_ms = order.created_at_ms() == 0 ? front.clock().NowMs() : order.created_at_ms();
  const bool thanks = order.state() == pb::CONFIRMED && front.clock().NowMs() - placed_ms < kThanksForMs;
  Page page("order.tpl");
  Fields content = page.content();
  content.Show(thanks ? "THANKS" : "NO_THANKS").Set("ORDER_ID", order.order_id());
  if (!order.shipping_tracking_id().empty()) content.Show("SHIPPED", "TRACKING_ID", order.shipping_tracking_id());
  const StateText state = TextOf(order);
  content.Set("STATE_CLASS", state.css_class).Set("STATE_TEXT", state.text);
  if (*state.note != '\0') content.Show("STATE_NOTE", "STATE_NOTE_TEXT", state.note);
  if (!IsFinal(order.state())) {
    const std::string url = absl::StrCat(front.settings().base_url, "/orders/", order.order_id());
    content.Show("FOLLOW", "EVENTS_URL", url + "/events").Set("ORDER_URL", url);
  }
  content.Set("PLACED_TEXT", FormatTime(placed_ms)).Set("PLACED_ISO", FormatIsoTime(placed_ms));
  AddAddress(order, content);
  if (!order.card_last_four().empty()) {
    content.Show("CARD").Set("CARD_BRAND", CardBrandName(order.card_brand()));
    content.Set("CARD_LAST_FOUR", order.card_last_four());
  }
  if (absl::Status added = AddLines(front, view, content); !added.ok()) return added;
  const auto subtotal = Subtotal(order);
  if (!subtotal.ok()) return subtotal.status();
  const auto total = TotalOf(order, *subtotal);
  if (!total.ok()) return total.status();
  content.Set("SUBTOTAL", FormatMoney(*subtotal)).Set("TOTAL", FormatMoney(*total));
  const base::Money postage = base::Money::Of(order.shipping_cost());
  // An order that was complete without a parcel was made in a shop that sends nothing.
  const bool sent = order.state() != pb::CONFIRMED || !order.shipping_tracking_id().empty() || !postage.IsZero();
  if (sent) content.Show("SHIPS", "SHIPPING", FormatMoney(postage));
  content.ShowIf(!sent, "SENDS_NOTHING");
  content.Show(IsPaid(order.state()) ? "PAID" : "NOT_PAID");
  front.AddRecommendations(view.recommendations, content);
  Around around;
  around.title = thanks ? "Thank you" : "Order";
  return front.Finish(visit, view.frame, around, &page);
}

PageReply ShowOrder(Storefront& front, const Visit& visit) {
  if (!front.shop().clients().orders.IsConnected()) co_return absl::NotFoundError("no orders are kept");
  const auto view = co_await coro::OrReturn(
      co_await front.shop().Order(visit.call, VisitorOf(visit), std::string(visit.request.Param("id"))));
  co_return RenderOrder(front, visit, view);
}

}  // namespace boutique::gateway
