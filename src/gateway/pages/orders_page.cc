// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/format.h"
#include "gateway/pages/pages.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {
namespace {

constexpr std::size_t kMostPictures = 4;

void AddOrder(const Storefront& front, const OrdersView& view, const pb::Order& order, Fields content) {
  Fields row = content.Add("ORDERS");
  std::vector<std::string> names;
  std::size_t pictures = 0;
  for (const pb::OrderItem& line : order.items()) {
    const auto product = view.products.find(line.item().product_id());
    const bool known = product != view.products.end();
    names.push_back(NameOf(line, view.products));
    if (!known || ++pictures > kMostPictures) continue;
    row.Add("PICTURES").Set("PICTURE_URL", front.assets().PictureUrl(product->second.picture()));
  }
  const StateText state = TextOf(order);
  row.Set("ORDER_URL", absl::StrCat(front.settings().base_url, "/orders/", order.order_id()));
  row.Set("ORDER_ID", order.order_id()).Set("ITEMS_TEXT", ListNames(names));
  row.Set("TOTAL", FormatMoney(base::Money::Of(order.total())));
  row.Set("PLACED_TEXT", FormatTime(order.created_at_ms())).Set("PLACED_ISO", FormatIsoTime(order.created_at_ms()));
  row.Set("STATE_CLASS", state.css_class).Set("STATE_TEXT", state.text);
}

// Not an order to its shopper: a card was declined, or the like, and nothing was charged.
bool IsAttempt(const pb::Order& order) { return order.state() == pb::CANCELLED && order.transaction_id().empty(); }

}  // namespace

PageReply ShowOrders(Storefront& front, const Visit& visit) {
  if (!front.HasOrders()) co_return absl::NotFoundError("there is no order history");
  auto found = co_await front.shop().Orders(visit.call, VisitorOf(visit), std::string(visit.Field("page")));
  // A page that is none: the first.
  if (absl::IsInvalidArgument(found.status())) found = co_await front.shop().Orders(visit.call, VisitorOf(visit), "");
  auto view = co_await coro::OrReturn(std::move(found));
  view.orders.erase(std::remove_if(view.orders.begin(), view.orders.end(), IsAttempt), view.orders.end());
  Page page("orders.tpl");
  Fields content = page.content();
  const bool more = !view.next_page_token.empty();
  content.Show(view.orders.empty() && !more ? "NO_ORDERS" : "HAS_ORDERS");
  const auto count = static_cast<std::int64_t>(view.orders.size());
  content.Set("COUNT_TEXT", more && count > 0 ? absl::StrCat("The latest ", count) : CountText(count, "order", "orders"));
  for (const pb::Order& order : view.orders) AddOrder(front, view, order, content);
  if (more) {
    const std::string earlier = WithQuery(front.settings().base_url + "/orders", {{"page", view.next_page_token}});
    content.Show("MORE", "MORE_URL", earlier);
  }
  Around around;
  around.title = "Your orders";
  co_return front.Finish(visit, view.frame, around, &page);
}

}  // namespace boutique::gateway
