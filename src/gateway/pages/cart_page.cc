// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "gateway/format.h"
#include "gateway/pages/pages.h"
#include "platform/base/ids.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {
namespace {

constexpr int kYearsAhead = 10;
constexpr char kNotKnown[] = "not known yet";

// Why there is no checkout form; empty if there is one.
std::string WhyNoCheckout(const CartView& view) {
  if (!view.takes_orders) return "This shop is open for looking around. Orders cannot be placed here.";
  for (const CartLine& line : view.lines) {
    if (!line.product) return "Something in your cart is no longer on sale. Please remove it to check out.";
  }
  if (!view.shipping) return "We cannot say what shipping costs at the moment. Please reload the page in a minute.";
  return {};
}

void AddLine(const Storefront& front, const CartLine& line, bool can_change, Fields content) {
  Fields row = content.Add("LINES");
  const std::string& id = line.item.product_id();
  row.Set("PRODUCT_ID", id).Set("PRODUCT_URL", front.ProductUrl(id)).Set("QUANTITY", line.item.quantity());
  row.Set("NAME", line.product ? line.product->name() : id);
  row.Set("PICTURE_URL", front.assets().PictureUrl(line.product ? line.product->picture() : ""));
  if (line.product) {
    row.Show("PRICED", "UNIT_PRICE", FormatMoney(line.unit)).Set("LINE_TOTAL", FormatMoney(line.total));
  } else {
    row.Show("UNAVAILABLE");
  }
  row.Show(can_change ? "CAN_CHANGE" : "FIXED");
}

void AddExpiry(const CheckoutForm& form, const base::Clock& clock, Fields content) {
  for (int month = 1; month <= 12; ++month) {
    Fields option = content.Add("MONTHS");
    option.Set("MONTH", month).Set("MONTH_LABEL", absl::StrFormat("%02d", month));
    option.ShowIf(form.card_month == absl::StrCat(month), "SELECTED");
  }
  const auto now = absl::ToCivilYear(absl::FromUnixMillis(clock.NowMs()), absl::UTCTimeZone()).year();
  const std::string chosen = form.card_year.empty() ? absl::StrCat(now + 1) : form.card_year;
  for (auto year = now; year <= now + kYearsAhead; ++year) {
    Fields option = content.Add("YEARS");
    option.Set("YEAR", year).ShowIf(chosen == absl::StrCat(year), "SELECTED");
  }
}

void AddForm(const CheckoutForm& form, const base::Clock& clock, const base::Money& total, Fields content) {
  content.Show("CHECKOUT").Set("IDEMPOTENCY_KEY", base::RandomUuid()).Set("EXPECTED_TOTAL", base::ToString(total));
  content.Set("EMAIL", form.email).Set("STREET_ADDRESS", form.street_address).Set("ZIP_CODE", form.zip_code);
  content.Set("CITY", form.city).Set("STATE", form.state).Set("COUNTRY", form.country);
  AddExpiry(form, clock, content);
}

void AddProblems(const CartNotice& notice, Fields content) {
  const bool declined = notice.card_declined || notice.insufficient_funds;
  const bool any = notice.total_changed || declined || notice.not_placed || !notice.cart_refused.empty() ||
                   !notice.problems.empty();
  if (!any) return;
  content.Show("PROBLEMS").ShowIf(notice.total_changed, "TOTAL_CHANGED").ShowIf(declined, "CARD_DECLINED");
  content.ShowIf(notice.insufficient_funds, "INSUFFICIENT_FUNDS").ShowIf(notice.not_placed, "NOT_PLACED");
  if (notice.total_changed && !notice.old_total.empty()) content.Show("OLD_TOTAL", "OLD_TOTAL_TEXT", notice.old_total);
  if (!notice.cart_refused.empty()) content.Show("CART_REFUSED", "CART_REFUSED_TEXT", notice.cart_refused);
  if (notice.problems.empty()) return;
  content.Show("FIELD_ERRORS");
  for (const FieldProblem& problem : notice.problems) {
    Fields entry = content.Add("FIELD_ERROR");
    entry.Set("FIELD_ID", problem.field).Set("FIELD_ERROR_TEXT", problem.sentence);
    const std::string name = absl::AsciiStrToUpper(problem.field);
    content.Show((name + "_INVALID").c_str()).Set((name + "_ERROR").c_str(), problem.sentence);
  }
}

http::Response EmptyCartPage(const Storefront& front, const Visit& visit, const CartView& view, int status) {
  Page page("cart_empty.tpl");
  front.AddRecommendations(view.recommendations, page.content());
  Around around;
  around.status = status;
  around.title = "Cart";
  return front.Finish(visit, view.frame, around, &page);
}

}  // namespace

PageReply ShowCart(Storefront& front, const Visit& visit) {
  const CartNotice nothing;
  co_return co_await ShowCartWith(front, visit, nothing);
}

PageReply ShowCartWith(Storefront& front, const Visit& visit, const CartNotice& notice) {
  const auto view = co_await coro::OrReturn(co_await front.shop().Cart(visit.call, VisitorOf(visit)));
  if (view.lines.empty()) co_return EmptyCartPage(front, visit, view, notice.status);

  Page page("cart.tpl");
  Fields content = page.content();
  content.Set("CART_COUNT", view.frame.cart_count);
  for (const CartLine& line : view.lines) AddLine(front, line, view.can_change, content);
  content.Set("SUBTOTAL", FormatMoney(view.subtotal));
  if (view.ships) content.Show("SHIPS", "SHIPPING", view.shipping ? FormatMoney(*view.shipping) : kNotKnown);
  content.ShowIf(!view.ships, "SENDS_NOTHING");
  content.Set("TOTAL", view.total ? FormatMoney(*view.total) : kNotKnown);
  const std::string why_not = WhyNoCheckout(view);
  const CheckoutForm blank;
  if (why_not.empty() && view.total) {
    AddForm(notice.form == nullptr ? blank : *notice.form, front.clock(), *view.total, content);
  } else {
    content.Show("NO_CHECKOUT", "NO_CHECKOUT_TEXT", why_not);
  }
  AddProblems(notice, content);
  front.AddRecommendations(view.recommendations, content);
  Around around;
  around.status = notice.status;
  around.title = notice.status == 200 ? "Cart" : "Error: Cart";
  co_return front.Finish(visit, view.frame, around, &page);
}

}  // namespace boutique::gateway
