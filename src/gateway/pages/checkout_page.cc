// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gateway/format.h"
#include "gateway/pages/pages.h"
#include "gateway/placing.h"
#include "platform/base/check_field.h"
#include "platform/base/ids.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {
namespace {

constexpr int kAccepted = 202;
constexpr int kNotOffered = 404;
constexpr int kConflict = 409;
constexpr int kInputIsWrong = 422;
constexpr int kUnavailable = 503;
// After this time a request that left no order has ended without one.
constexpr std::int64_t kOrderAppearsWithinMs = 30'000;

std::string PendingUrl(const Storefront& front, const std::string& key, std::int64_t since_ms) {
  return WithQuery(front.settings().base_url + "/orders/pending", {{"key", key}, {"since", absl::StrCat(since_ms)}});
}

http::Response PendingPage(const Storefront& front, const Visit& visit, const Frame& frame, const std::string& url) {
  Page page("pending.tpl");
  page.content().Set("CHECK_URL", url);
  Around around;
  around.title = "Your order";
  around.status = kAccepted;
  http::Response response = front.Finish(visit, frame, around, &page);
  response.Set("Retry-After", "3");
  return response;
}

std::string OrderUrl(const Visit& visit, const std::string& order_id) {
  return visit.Url(absl::StrCat("/orders/", order_id));
}

// What the shopper has seen and agrees to pay: the total on the form, in its currency.
struct Agreed {
  std::string currency;
  std::optional<base::Money> total;
};
coro::Task<std::optional<Agreed>> AgreedBy(Storefront& front, const Visit& visit, const CheckoutForm& form) {
  Agreed agreed;
  if (form.expected_total.empty()) {
    // A client that knows no expected_total agrees to whatever it comes to, in the currency of its cookie.
    const auto frame = co_await front.shop().FrameOf(visit.call, VisitorOf(visit));
    agreed.currency = frame.currency;
    co_return agreed;
  }
  auto total = base::ParseMoney(form.expected_total);
  if (!total.ok()) co_return std::nullopt;
  agreed.currency = total->currency;
  agreed.total = *std::move(total);
  co_return agreed;
}

// The form again, with what became of the order.
CartNotice NoticeOf(const Placement& placement, const CheckoutForm& form, const std::optional<base::Money>& seen) {
  CartNotice notice;
  notice.form = &form;
  notice.status = kInputIsWrong;
  switch (placement.outcome) {
    case Outcome::kInvalid:
      notice.problems = placement.problems;
      break;
    case Outcome::kInsufficientFunds:
      notice.insufficient_funds = true;
      break;
    case Outcome::kDeclined:
      notice.card_declined = true;
      break;
    case Outcome::kTotalChanged:
      notice.status = kConflict;
      notice.total_changed = true;
      if (seen) notice.old_total = FormatMoney(*seen);
      break;
    case Outcome::kRefused:
      notice.status = kConflict;
      notice.cart_refused = "It cannot be ordered as it is. Please check its lines and quantities.";
      break;
    default:
      notice.status = kUnavailable;
      notice.not_placed = true;
  }
  return notice;
}

}  // namespace

PageReply CheckOut(Storefront& front, const Visit& visit) {
  CheckoutForm form = ReadCheckoutForm([&](absl::string_view name) { return visit.Field(name); });
  CartNotice notice;
  if (!front.shop().clients().checkout.IsConnected()) {
    // The cart's page says so in the form's place.
    notice.status = kNotOffered;
    co_return co_await ShowCartWith(front, visit, notice);
  }
  notice.form = &form;
  notice.status = kInputIsWrong;
  notice.problems = CheckCheckoutForm(form, front.clock());
  if (!notice.problems.empty()) co_return co_await ShowCartWith(front, visit, notice);
  const auto agreed = co_await AgreedBy(front, visit, form);
  if (!agreed) {
    notice.total_changed = true;
    co_return co_await ShowCartWith(front, visit, notice);
  }
  if (!base::CheckIdempotencyKey(form.idempotency_key).ok()) form.idempotency_key = base::RandomUuid();

  auto request = ToPlaceOrder(form, visit.session.id, agreed->currency, agreed->total);
  auto placement = co_await Place(front.shop().clients(), visit.call, std::move(request));
  if (placement.outcome == Outcome::kOnRecord) co_return http::SeeOther(OrderUrl(visit, placement.order_id));

  // The request's own time may be up; what became of it is shown all the same.
  const rpc::CallContext later = visit.call.Detached(std::chrono::seconds(3));
  const Visit after{visit.request, later,      visit.settings,   visit.base, visit.session,
                    visit.currency, visit.csrf, visit.request_id, visit.form, visit.wants_json};
  if (placement.outcome == Outcome::kPlaced) {
    const auto view = co_await coro::OrReturn(
        co_await front.shop().UnkeptOrder(later, VisitorOf(visit), std::move(placement.order)));
    co_return RenderOrder(front, after, view);
  }
  if (placement.outcome == Outcome::kUnknown) {
    const auto frame = co_await front.shop().FrameOf(later, VisitorOf(visit));
    co_return PendingPage(front, after, frame, PendingUrl(front, form.idempotency_key, front.clock().NowMs()));
  }
  notice = NoticeOf(placement, form, agreed->total);
  co_return co_await ShowCartWith(front, after, notice);
}

PageReply ShowPending(Storefront& front, const Visit& visit) {
  if (!front.shop().clients().checkout.IsConnected()) co_return absl::NotFoundError("this shop takes no orders");
  const std::string key(visit.Field("key"));
  std::int64_t since_ms = 0;
  if (!base::CheckIdempotencyKey(key).ok() || !absl::SimpleAtoi(visit.Field("since"), &since_ms)) {
    co_return absl::NotFoundError("no such order");
  }
  const auto placement = co_await FindOut(front.shop().clients(), visit.call, visit.session.id, key);
  if (placement.outcome == Outcome::kOnRecord) co_return http::SeeOther(OrderUrl(visit, placement.order_id));
  if (placement.outcome == Outcome::kNotPlaced) {
    // The order's page says that it was cancelled, and that nothing was charged.
    if (!placement.order_id.empty()) co_return http::SeeOther(OrderUrl(visit, placement.order_id));
    CartNotice notice;
    notice.not_placed = true;
    if (front.clock().NowMs() - since_ms > kOrderAppearsWithinMs) co_return co_await ShowCartWith(front, visit, notice);
  }
  const auto frame = co_await front.shop().FrameOf(visit.call, VisitorOf(visit));
  co_return PendingPage(front, visit, frame, PendingUrl(front, key, since_ms));
}

}  // namespace boutique::gateway
