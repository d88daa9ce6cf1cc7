// SPDX-License-Identifier: Apache-2.0
#include "gateway/placing.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "platform/base/money.h"
#include "platform/telemetry/log.h"

namespace boutique::gateway {
namespace {

// For questions that are asked after the request's own time is up.
constexpr auto kQuestionBudget = std::chrono::seconds(2);

Placement Of(Outcome outcome) {
  Placement placement;
  placement.outcome = outcome;
  return placement;
}

// What an order on record means for who asks whether it was placed.
Placement OfRecord(const pb::Order& order) {
  Placement placement;
  placement.order_id = order.order_id();
  switch (order.state()) {
    case pb::CANCELLED:
      placement.outcome = Outcome::kNotPlaced;
      break;
    case pb::PENDING:
    case pb::CHARGING:
    case pb::CHARGED:
    case pb::SHIPPING:
      placement.outcome = Outcome::kUnknown;
      break;
    default:
      placement.outcome = Outcome::kOnRecord;
  }
  return placement;
}

rpc::Reply<pb::Order> OrderByKey(const Clients& clients, const rpc::CallContext& call, std::string user_id,
                                 std::string key) {
  pb::GetOrderRequest request;
  request.set_user_id(std::move(user_id));
  request.set_idempotency_key(std::move(key));
  co_return co_await clients.orders.Call<&pb::OrderService::Stub::AsyncGetOrder>(call, std::move(request));
}

// The form's field that a refusal names: "address.city: is required" is about city.
Placement Invalid(absl::string_view message) {
  struct Known {
    absl::string_view in_message;
    absl::string_view field;
    absl::string_view sentence;
  };
  static constexpr std::array<Known, 11> kKnown = {{
      {"email", "email", "Check the e-mail address."},
      {"street_address", "street_address", "Check the street address."},
      {"postal_code", "zip_code", "Check the postal code."},
      {"zip_code", "zip_code", "Check the postal code."},
      {"city", "city", "Check the city."},
      {"address.state", "state", "Check the state or region."},
      {"country", "country", "Check the country."},
      {"expir", "credit_card_expiration_month", "This card has expired, or its date is not right."},
      {"cvv", "credit_card_cvv", "Check the security code."},
      {"test card", "credit_card_number", "Only test cards can be charged here, such as 4242 4242 4242 4242."},
      {"card", "credit_card_number", "This card cannot be used here. We take Visa and Mastercard."},
  }};
  Placement placement = Of(Outcome::kInvalid);
  for (const Known& known : kKnown) {
    if (!absl::StrContains(message, known.in_message)) continue;
    placement.problems.push_back({std::string(known.field), std::string(known.sentence)});
    return placement;
  }
  // A total in a currency that there is not is no total of ours.
  if (absl::StrContains(message, "currency") || absl::StrContains(message, "expected_total")) {
    return Of(Outcome::kTotalChanged);
  }
  return Of(Outcome::kNotPlaced);
}

Placement Refused(absl::string_view message) {
  if (absl::StrContains(message, "nsufficient")) return Of(Outcome::kInsufficientFunds);
  if (absl::StrContains(message, "the cart ") || absl::StrContains(message, "no longer sold")) {
    return Of(Outcome::kRefused);
  }
  return Of(Outcome::kDeclined);
}

// Whether it is certain that no order came of a request that failed so, and that none will: no checkout saw it, or
// checkout itself says that it failed before there was an order. A connection that ended, whoever says so, tells
// nothing: the order may be about to be stored.
bool IsBeforeTheOrder(const absl::Status& failure) {
  const bool is_forbidden = absl::IsPermissionDenied(failure) || absl::IsUnauthenticated(failure);
  if (is_forbidden || absl::IsUnimplemented(failure)) return true;
  static constexpr absl::string_view kBeginnings[] = {
      // The request was not begun.
      "the server is busy", "the server is stopping",
      // Checkout's own words, the last the public one's. What it says of the order service is not among them.
      "cart failure", "catalog failure", "currency failure", "shipping quote failure", "another order of this buyer",
      "too little time is left", "failed to prepare order",
      // No connection came to be that it could have been sent by.
      "failed to connect to all addresses", "connections to all backends failing", "DNS resolution failed",
      // The same of the mesh, which tries nothing again.
      "no healthy upstream",
      "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
      "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure",
  };
  return std::any_of(std::begin(kBeginnings), std::end(kBeginnings), [&failure](absl::string_view words) {
    return absl::StartsWith(failure.message(), words);
  });
}

// Nobody can be asked whether there is an order.
Placement WithoutRecord(const absl::Status& failure) {
  if (absl::StrContains(failure.message(), "charge card")) return Of(Outcome::kDeclined);
  return Of(IsBeforeTheOrder(failure) ? Outcome::kNotPlaced : Outcome::kUnknown);
}

// There is an order, and no record of it: what the answer says of it.
Placement Unkept(const pb::PlaceOrderRequest& request, const pb::OrderResult& result) {
  Placement placement = Of(Outcome::kPlaced);
  pb::Order& order = placement.order;
  order.set_order_id(result.order_id());
  order.set_user_id(request.user_id());
  order.set_state(pb::CONFIRMED);
  order.set_email(request.email());
  *order.mutable_shipping_address() = result.shipping_address();
  *order.mutable_items() = result.items();
  *order.mutable_shipping_cost() = result.shipping_cost();
  order.set_shipping_tracking_id(result.shipping_tracking_id());
  return placement;
}

// The answer came: is the order on record too? Only where checkout is one that keeps none is it not.
coro::Task<Placement> Answered(const Clients& clients, const rpc::CallContext& call, pb::PlaceOrderRequest request,
                               pb::OrderResult result) {
  if (!clients.orders.IsConnected()) co_return Unkept(request, result);
  pb::GetOrderRequest kept;
  kept.set_user_id(request.user_id());
  kept.set_order_id(result.order_id());
  const rpc::CallContext own = call.Detached(kQuestionBudget);
  const auto order = co_await clients.orders.Call<&pb::OrderService::Stub::AsyncGetOrder>(own, std::move(kept));
  if (absl::IsNotFound(order.status())) co_return Unkept(request, result);
  Placement placement = Of(Outcome::kOnRecord);
  placement.order_id = result.order_id();
  co_return placement;
}

}  // namespace

coro::Task<Placement> FindOut(const Clients& clients, const rpc::CallContext& call, std::string user_id,
                              std::string key) {
  const rpc::CallContext own = call.Detached(kQuestionBudget);
  const auto order = co_await OrderByKey(clients, own, std::move(user_id), std::move(key));
  if (order.ok()) co_return OfRecord(*order);
  co_return Of(absl::IsNotFound(order.status()) ? Outcome::kNotPlaced : Outcome::kUnknown);
}

coro::Task<Placement> Place(const Clients& clients, const rpc::CallContext& call, pb::PlaceOrderRequest request) {
  auto reply = co_await clients.checkout.Call<&pb::CheckoutService::Stub::AsyncPlaceOrder>(call, request);
  if (reply.ok()) {
    auto placement = co_await Answered(clients, call, std::move(request), std::move(*reply->mutable_order()));
    co_return placement;
  }
  const absl::Status failure = reply.status();
  if (absl::IsInvalidArgument(failure)) co_return Invalid(failure.message());
  if (absl::IsFailedPrecondition(failure)) co_return Refused(failure.message());
  if (absl::IsAborted(failure)) co_return Of(Outcome::kTotalChanged);

  telemetry::Log(telemetry::Severity::kWarning, "an order was not answered",
                 {{"http.req.id", call.trace.request_id},
                  {"trace_id", call.trace.TraceIdHex()},
                  {"error", failure.ToString()}});
  if (!clients.checkout.IsConnected()) co_return Of(Outcome::kNotPlaced);
  if (!clients.orders.IsConnected() || absl::StrContains(failure.message(), "charge card")) {
    co_return WithoutRecord(failure);
  }
  auto placement = co_await FindOut(clients, call, request.user_id(), request.idempotency_key());
  if (placement.outcome != Outcome::kNotPlaced || !placement.order_id.empty()) co_return placement;
  // There is none yet: it may be on its way.
  co_return Of(IsBeforeTheOrder(failure) ? Outcome::kNotPlaced : Outcome::kUnknown);
}

}  // namespace boutique::gateway
