// SPDX-License-Identifier: Apache-2.0
// The API's checkout: the checks, the request and the reading of its outcome are those of the shop's form.
#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gateway/api/api.h"
#include "gateway/api/json.h"
#include "gateway/api/problem.h"
#include "gateway/checkout_form.h"
#include "gateway/placing.h"
#include "platform/base/check_field.h"
#include "platform/base/ids.h"
#include "platform/base/status.h"
#include "platform/coro/or_return.h"

namespace boutique::gateway {
namespace {

using coro::OrReturn;

constexpr char kKeyHeader[] = "Idempotency-Key";
constexpr char kDollar[] = "USD";
constexpr int kCreated = 201;
constexpr int kAccepted = 202;
// For what is asked when the order's own time may be up.
constexpr auto kAfterwards = std::chrono::seconds(2);

std::string TextOf(std::int32_t number) { return number == 0 ? std::string() : absl::StrCat(number); }

CheckoutForm FormOf(const v1::CheckoutRequest& body, std::string key) {
  CheckoutForm form;
  const pb::Address& address = body.address();
  const pb::CreditCardInfo& card = body.credit_card();
  form.email = body.email();
  form.street_address = address.street_address();
  form.zip_code = address.postal_code().empty() ? TextOf(address.zip_code()) : address.postal_code();
  form.city = address.city();
  form.state = address.state();
  form.country = address.country();
  form.card_number = card.credit_card_number();
  form.card_month = TextOf(card.credit_card_expiration_month());
  form.card_year = TextOf(card.credit_card_expiration_year());
  form.card_cvv = TextOf(card.credit_card_cvv());
  form.idempotency_key = std::move(key);
  return form;
}

// What the form's field is called in the body.
std::string BodyField(absl::string_view field) {
  if (field == "email") return std::string(field);
  if (field == "zip_code") return "address.postalCode";
  return JsonPath(absl::StrCat(absl::StartsWith(field, "credit_card") ? "credit_card." : "address.", field));
}

http::Response Invalid(const Visit& visit, const std::vector<FieldProblem>& faults) {
  v1::Problem problem = ProblemOf(400, kInvalidInput, "Invalid input", "Nothing was charged: see errors.");
  for (const FieldProblem& fault : faults) {
    v1::Problem::Fault& error = *problem.add_errors();
    error.set_field(BodyField(fault.field));
    error.set_detail(fault.sentence);
  }
  return ProblemAnswer(std::move(problem), visit.request_id);
}

// Whether the order on record is the one that the request asks for. A key that was used for another one is no repeat.
bool IsSame(const pb::Order& order, const pb::PlaceOrderRequest& request) {
  if (request.has_expected_total() &&
      base::Money::Of(order.total()) != base::Money::Of(request.expected_total())) {
    return false;
  }
  return order.email() == request.email() && order.total().currency_code() == request.user_currency() &&
         order.shipping_address().SerializeAsString() == request.address().SerializeAsString();
}

http::Response Placed(const Visit& visit, const pb::Order& order, bool is_kept) {
  const bool is_done = order.state() == pb::SHIPPED || order.state() == pb::CONFIRMED;
  http::Response response = JsonAnswer(is_done ? kCreated : kAccepted, OrderOf(order));
  if (is_kept) response.Set("Location", visit.Url(absl::StrCat("/api/v1/orders/", order.order_id())));
  return response;
}

// The order that the record has by this id, or at least the id.
ApiReply ShowPlaced(Api& api, const Visit& visit, const pb::PlaceOrderRequest& request, std::string order_id) {
  const rpc::CallContext own = visit.call.Detached(kAfterwards);
  pb::GetOrderRequest wanted;
  wanted.set_user_id(visit.session.id);
  wanted.set_order_id(order_id);
  auto order = co_await api.clients().orders.Call<&pb::OrderService::Stub::AsyncGetOrder>(own, std::move(wanted));
  if (!order.ok()) {
    pb::Order unread;
    unread.set_order_id(std::move(order_id));
    co_return Placed(visit, unread, /*is_kept=*/true);
  }
  if (!IsSame(*order, request)) {
    co_return ProblemAnswer(ProblemOf(409, kKeyReused, "The key was used before",
                                      "This Idempotency-Key stands for an order with other details."),
                            visit.request_id);
  }
  co_return Placed(visit, *order, /*is_kept=*/true);
}

// An order that no order service keeps: the answer's own words, with their sum.
ApiReply ShowUnkept(const Visit& visit, pb::Order order) {
  const auto lines = co_await OrReturn(Subtotal(order));
  const auto total = co_await OrReturn(base::Add(lines, base::Money::Of(order.shipping_cost())));
  total.CopyTo(order.mutable_total());
  co_return Placed(visit, order, /*is_kept=*/false);
}

ApiReply TotalChanged(Api& api, const Visit& visit, std::string currency) {
  v1::Problem problem = ProblemOf(409, kTotalChanged, "The total has changed",
                                  "Nothing was charged. Order again with the new total as expectedTotal.");
  const rpc::CallContext own = visit.call.Detached(kAfterwards);
  Visitor visitor{visit.session.id, currency};
  const auto cart = co_await api.shop().Cart(own, std::move(visitor), /*with_recommendations=*/false);
  if (cart.ok() && cart->total && cart->total->currency == currency) cart->total->CopyTo(problem.mutable_total());
  co_return ProblemAnswer(std::move(problem), visit.request_id);
}

v1::Problem Unsuccessful(const Placement& placement) {
  switch (placement.outcome) {
    case Outcome::kDeclined:
      return ProblemOf(422, kPaymentDeclined, "The card was declined",
                       "Nothing was charged. Use another card, with another Idempotency-Key.");
    case Outcome::kInsufficientFunds:
      return ProblemOf(422, kInsufficientFunds, "The card has insufficient funds",
                       "Nothing was charged. Use another card, with another Idempotency-Key.");
    case Outcome::kRefused:
      return ProblemOf(422, kCartNotOrderable, "The cart cannot be ordered",
                       "It is empty, or holds something that is no longer sold. Nothing was charged.");
    case Outcome::kNotPlaced:
      return ProblemOf(503, kNotPlaced, "The order was not placed",
                       "Nothing was charged. Try again in a moment, with another Idempotency-Key.");
    default:
      return ProblemOf(503, kOutcomeUnknown, "The outcome is not known yet",
                       "Repeat the request with the same Idempotency-Key to learn it: there will be no second order.");
  }
}

ApiReply Conclude(Api& api, const Visit& visit, const pb::PlaceOrderRequest& request, Placement placement) {
  switch (placement.outcome) {
    case Outcome::kOnRecord: break;
    case Outcome::kPlaced: co_return co_await ShowUnkept(visit, std::move(placement.order));
    case Outcome::kInvalid: co_return Invalid(visit, placement.problems);
    case Outcome::kTotalChanged: co_return co_await TotalChanged(api, visit, request.user_currency());
    case Outcome::kUnknown:
      if (!placement.order_id.empty()) break;
      [[fallthrough]];
    default: co_return ProblemAnswer(Unsuccessful(placement), visit.request_id);
  }
  co_return co_await ShowPlaced(api, visit, request, std::move(placement.order_id));
}

ApiReply Order(Api& api, const Visit& visit, std::string key) {
  if (!api.clients().checkout.IsConnected()) co_return absl::UnimplementedError("this shop takes no orders");
  v1::CheckoutRequest body;
  co_await OrReturn(FromJson(visit.request.body, &body));
  std::string wished = body.currency().empty() ? kDollar : body.currency();
  const auto currency = co_await OrReturn(co_await SupportedCurrency(api, visit, std::move(wished), "currency"));
  std::optional<base::Money> expected;
  if (body.has_expected_total()) {
    expected = base::Money::Of(body.expected_total());
    co_await OrReturn(base::CheckMoney("expected_total", *expected));
    if (expected->currency != currency) {
      co_return base::InvalidField("expected_total.currency_code", "must be the order's currency");
    }
  }
  const CheckoutForm form = FormOf(body, std::move(key));
  const auto faults = CheckCheckoutForm(form, api.clock());
  if (!faults.empty()) co_return Invalid(visit, faults);
  const pb::PlaceOrderRequest request = ToPlaceOrder(form, visit.session.id, currency, expected);
  auto placement = co_await Place(api.clients(), visit.call, request);
  co_return co_await Conclude(api, visit, request, std::move(placement));
}

absl::Status CheckKey(absl::string_view key) {
  const absl::Status checked = base::CheckIdempotencyKey(key);
  if (checked.ok()) return checked;
  return base::InvalidField(kKeyHeader, "must be 16 to 64 visible ASCII characters that name this attempt to order");
}

}  // namespace

ApiReply PostCheckout(Api& api, const Visit& visit) {
  std::string key(visit.request.HeaderOf(kKeyHeader));
  co_await OrReturn(CheckKey(key));
  co_return co_await Order(api, visit, std::move(key));
}

ApiReply PostCreateOrder(Api& api, const Visit& visit) {
  std::string key(visit.request.HeaderOf(kKeyHeader));
  if (key.empty()) key = base::RandomUuid();
  co_await OrReturn(CheckKey(key));
  co_return co_await Order(api, visit, std::move(key));
}

}  // namespace boutique::gateway
