// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/checkout_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "events/order_result.h"
#include "platform/base/ids.h"
#include "platform/coro/when_all.h"
#include "platform/rpc/retry.h"
#include "platform/rpc/sleep.h"
#include "platform/telemetry/log.h"
#include "services/checkout/order_pricing.h"
#include "services/checkout/order_request.h"
#include "services/checkout/order_saga.h"
#include "services/checkout/settlement.h"

namespace boutique::checkout {
namespace {

using rpc::OrReturn;

constexpr auto kCartPatience = std::chrono::seconds(1);
constexpr int kLatest = 4;
constexpr auto kSettlingPatience = std::chrono::seconds(5);

pb::PlaceOrderResponse ResponseOf(const pb::Order& order) {
  pb::PlaceOrderResponse response;
  *response.mutable_order() = events::ResultOf(order);
  return response;
}

rpc::Reply<pb::Cart> FetchCart(const ShopClients& shop, const rpc::CallContext& call, std::string user_id) {
  pb::GetCartRequest owner;
  owner.set_user_id(std::move(user_id));
  auto cart = co_await shop.carts.Call<&pb::CartService::Stub::AsyncGetCart>(call, std::move(owner));
  if (!cart.ok()) co_return Blame("cart failure", cart.status());
  if (cart->items().empty()) co_return absl::FailedPreconditionError("the cart is empty");
  co_return std::move(cart);
}

// Whether the order may still be confirmed, and its goods then leave the cart. (One that needs attention waits for a
// person: that may be long.)
bool IsUnderWay(const pb::Order& order) {
  switch (order.state()) {
    case pb::PENDING:
    case pb::CHARGING:
    case pb::CHARGED:
    case pb::SHIPPING:
    case pb::SHIPPED: return true;
    default: return false;
  }
}

// Gives the buyer's other order some time, more with every look.
coro::Task<absl::Status> AwaitOtherOrder(const rpc::CallContext& call, int look) {
  const auto pause = rpc::Backoff(look, call.loop->random());
  if (call.Left() <= pause) co_return absl::UnavailableError("another order of this buyer is still being worked on");
  const bool elapsed = co_await rpc::Sleep(call, pause);
  if (!elapsed) co_return absl::CancelledError("the buyer has gone");
  co_return absl::OkStatus();
}

absl::Status CheckExpected(const pb::PlaceOrderRequest& request, const base::Money& total) {
  if (!request.has_expected_total() || base::Money::Of(request.expected_total()) == total) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat("the total is now ", base::ToString(total)));
}

// Whether it is the buyer's doing: what they sent, what they have, or that they are gone.
bool IsTheBuyers(const absl::Status& failure) {
  return absl::IsInvalidArgument(failure) || absl::IsFailedPrecondition(failure) || absl::IsAborted(failure) ||
         absl::IsAlreadyExists(failure) || absl::IsCancelled(failure);
}

}  // namespace

CheckoutService::CheckoutService(ShopClients shop, coro::TaskScope& after, telemetry::Metrics& metrics,
                                 CheckoutOptions options, const base::Clock& clock)
    : shop_(shop),
      after_(after),
      options_(options),
      clock_(clock),
      confirmed_(metrics.Counter("checkout_orders_total", "Requests to order, by outcome.", {{"outcome", "confirmed"}})),
      refused_(metrics.Counter("checkout_orders_total", "Requests to order, by outcome.", {{"outcome", "refused"}})),
      failed_(metrics.Counter("checkout_orders_total", "Requests to order, by outcome.", {{"outcome", "failed"}})) {}

rpc::Reply<pb::PlaceOrderResponse> CheckoutService::PlaceOrder(const rpc::CallContext& call,
                                                               const pb::PlaceOrderRequest& request) {
  auto placed = co_await Place(call, request);
  // An order is confirmed once, however often it is asked for: Execute counts that.
  if (placed.ok()) co_return std::move(placed);
  if (IsTheBuyers(placed.status())) {
    refused_.Increment();
  } else {
    failed_.Increment();
    telemetry::Log(telemetry::Severity::kWarning, "a request to order failed",
                   {{"error", placed.status().ToString()},
                    {"http.req.id", call.trace.request_id},
                    {"trace_id", call.trace.TraceIdHex()}});
  }
  co_return std::move(placed);
}

rpc::Reply<pb::PlaceOrderResponse> CheckoutService::Place(const rpc::CallContext& call,
                                                          const pb::PlaceOrderRequest& request) {
  co_await OrReturn(CheckOrderRequest(request));
  for (int look = 1;; ++look) {
    auto latest = co_await FindLatest(call, request.user_id());
    if (!latest.ok()) co_return Blame("order failure", latest.status());
    // The key is looked up before the cart is read: after the first request the cart is empty. Where its order is older
    // than these, that shows in the end, because it is in the new one's way.
    const auto earlier = std::find_if(latest->begin(), latest->end(), [&request](const pb::Order& order) {
      return !order.idempotency_key().empty() && order.idempotency_key() == request.idempotency_key();
    });
    if (earlier != latest->end()) {
      auto answer = co_await AnswerAsBefore(call, request, std::move(*earlier));
      co_return std::move(answer);
    }
    // What an order that is under way leaves in the cart is not known before its end.
    const auto other = std::find_if(latest->begin(), latest->end(), IsUnderWay);
    const bool must_wait = other != latest->end();
    Begun begun{Begun::As::kOvertaken, {}};
    if (must_wait) {
      auto older = co_await FindEarlier(call, request.user_id(), request.idempotency_key());
      if (!older.ok() && !absl::IsNotFound(older.status())) co_return Blame("order failure", older.status());
      if (older.ok()) {
        begun = {Begun::As::kEarlier, *std::move(older)};
      } else {
        const bool has_ended = co_await BringToItsEnd(call, *other);
        if (has_ended) continue;
      }
    } else {
      begun = co_await OrReturn(co_await Begin(call, request, *std::move(latest)));
    }
    if (begun.as == Begun::As::kNew) {
      auto placed = co_await Execute(call, request, std::move(begun.order));
      co_return std::move(placed);
    }
    if (begun.as == Begun::As::kEarlier) {
      auto answer = co_await AnswerAsBefore(call, request, std::move(begun.order));
      co_return std::move(answer);
    }
    co_await OrReturn(co_await AwaitOtherOrder(call, look));
  }
}

rpc::Reply<CheckoutService::Begun> CheckoutService::Begin(const rpc::CallContext& call,
                                                          const pb::PlaceOrderRequest& request,
                                                          std::vector<pb::Order> latest) {
  auto draft = co_await Draft(call, request, std::move(latest));
  if (draft.ok() && call.Left() < options_.least_left) {
    draft = absl::DeadlineExceededError("too little time is left to order");
  }
  if (!draft.ok()) {
    // The key's order may be older than the latest, or have been at work since the look-up, and have emptied the cart.
    auto earlier = co_await FindEarlier(call, request.user_id(), request.idempotency_key());
    if (earlier.ok()) co_return Begun{Begun::As::kEarlier, *std::move(earlier)};
    if (!absl::IsNotFound(earlier.status())) draft = Blame("order failure", earlier.status());
    co_return draft.status();
  }
  // From here on the order is brought to an end, even if the buyer goes away.
  const rpc::CallContext own = call.Detached(options_.saga_budget());
  auto begun = co_await Store(own, *std::move(draft));
  co_return std::move(begun);
}

rpc::Reply<pb::Order> CheckoutService::FindEarlier(const rpc::CallContext& call, std::string user_id, std::string key) {
  if (key.empty() || !shop_.orders.IsConnected()) co_return absl::NotFoundError("no key");
  pb::GetOrderRequest wanted;
  wanted.set_user_id(std::move(user_id));
  wanted.set_idempotency_key(std::move(key));
  auto order = co_await shop_.orders.Call<&pb::OrderService::Stub::AsyncGetOrder>(call, std::move(wanted));
  co_return std::move(order);
}

rpc::Reply<std::vector<pb::Order>> CheckoutService::FindLatest(const rpc::CallContext& call, std::string user_id) {
  if (!shop_.orders.IsConnected()) co_return std::vector<pb::Order>();
  pb::ListOrdersRequest wanted;
  wanted.set_user_id(std::move(user_id));
  // What was ordered before these has left the cart by now, at the latest when the first of these was ordered.
  wanted.set_page_size(kLatest);
  const auto latest = co_await shop_.orders.Call<&pb::OrderService::Stub::AsyncListOrders>(call, std::move(wanted));
  if (!latest.ok()) co_return latest.status();
  co_return std::vector<pb::Order>(latest->orders().begin(), latest->orders().end());
}

rpc::Reply<pb::PlaceOrderResponse> CheckoutService::AnswerAsBefore(const rpc::CallContext& call,
                                                                   const pb::PlaceOrderRequest& request,
                                                                   pb::Order order) {
  if (order.fingerprint() != FingerprintOf(request)) {
    co_return absl::AlreadyExistsError("idempotency_key: was used for an order with other details");
  }
  for (int look = 1;; ++look) {
    if (order.state() == pb::CONFIRMED) co_return ResponseOf(order);
    if (order.state() == pb::CANCELLED) co_return ReasonOf(order);
    const auto pause = rpc::Backoff(look, call.loop->random());
    if (order.state() == pb::NEEDS_ATTENTION || call.Left() <= pause) co_return StillWorkedOn();
    const bool elapsed = co_await rpc::Sleep(call, pause);
    if (!elapsed) co_return absl::CancelledError("the buyer has gone");
    auto claimed = co_await Claim(call, order);
    if (claimed.ok()) {
      auto placed = co_await Execute(call, request, *std::move(claimed));
      co_return std::move(placed);
    }
    auto now = co_await FindEarlier(call, order.user_id(), order.idempotency_key());
    if (!now.ok()) co_return Blame("order failure", now.status());
    order = *std::move(now);
  }
}

rpc::Reply<pb::Order> CheckoutService::Claim(const rpc::CallContext& call, const pb::Order& order) {
  // By this process's clock, to spare the order service most of the questions; it has the last word.
  if (order.lease_until_ms() == 0 || order.lease_until_ms() > clock_.NowMs()) co_return absl::NotFoundError("");
  pb::ClaimStaleRequest request;
  request.set_order_id(order.order_id());
  request.set_lease_ms(options_.LeaseMs());
  const auto claimed = co_await shop_.orders.Call<&pb::OrderService::Stub::AsyncClaimStale>(call, std::move(request));
  if (!claimed.ok()) co_return claimed.status();
  if (claimed->orders().empty()) co_return absl::NotFoundError("");
  co_return claimed->orders(0);
}

coro::Task<bool> CheckoutService::BringToItsEnd(const rpc::CallContext& call, pb::Order order) {
  auto claimed = co_await Claim(call, order);
  if (!claimed.ok()) co_return false;
  const rpc::CallContext own = call.Detached(options_.saga_budget());
  OrderSaga saga(shop_, own, *std::move(claimed), options_.LeaseMs());
  // Its card is not on record.
  co_await saga.Run(std::nullopt);
  co_return !IsUnderWay(saga.order());
}

rpc::Reply<pb::Order> CheckoutService::Draft(const rpc::CallContext& call, const pb::PlaceOrderRequest& request,
                                             std::vector<pb::Order> latest) {
  for (const pb::Order& order : latest) {
    if (order.state() != pb::CONFIRMED || order.settled()) continue;
    const auto removed = co_await TakeOutOfCart(shop_, call, order, MayEmpty::kNo);
    if (!removed.ok()) co_return Blame("cart failure", removed.status());
  }
  const pb::Cart cart = co_await OrReturn(co_await FetchCart(shop_, call, request.user_id()));
  const std::vector<pb::CartItem> lines(cart.items().begin(), cart.items().end());
  co_await OrReturn(CheckLines(lines));
  // Prices and postage do not depend on each other, so ask for both at once.
  auto [offered, quoted] =
      co_await coro::WhenAll(FetchOffers(shop_, call, lines), FetchQuote(shop_, call, request.address(), cart));
  const std::vector<Offer> offers = co_await OrReturn(std::move(offered));
  std::vector<base::Money> amounts;
  for (const Offer& offer : offers) amounts.push_back(offer.price);
  amounts.push_back(co_await OrReturn(std::move(quoted)));
  auto converted = co_await ConvertAll(shop_, call, std::move(amounts), request.user_currency());
  std::vector<base::Money> prices = co_await OrReturn(std::move(converted));
  const base::Money postage = prices.back();
  prices.pop_back();
  PricedOrder bill = co_await OrReturn(PriceOrder(lines, prices, postage));
  for (std::size_t i = 0; i < offers.size(); ++i) bill.items[i].set_product_name(offers[i].name);
  co_await OrReturn(CheckExpected(request, bill.total));

  pb::Order order;
  order.set_order_id(base::RandomUuid());
  order.set_user_id(request.user_id());
  order.set_idempotency_key(request.idempotency_key().empty() ? order.order_id() : request.idempotency_key());
  order.set_fingerprint(FingerprintOf(request));
  order.set_state(pb::PENDING);
  order.set_email(request.email());
  *order.mutable_shipping_address() = request.address();
  order.mutable_items()->Assign(bill.items.begin(), bill.items.end());
  bill.shipping.CopyTo(order.mutable_shipping_cost());
  bill.total.CopyTo(order.mutable_total());
  order.set_previous_order_id(latest.empty() ? "" : latest.front().order_id());
  co_return order;
}

rpc::Reply<CheckoutService::Begun> CheckoutService::Store(const rpc::CallContext& call, pb::Order order) {
  if (!shop_.orders.IsConnected()) co_return Begun{Begun::As::kNew, std::move(order)};
  const std::string id = order.order_id();
  pb::CreateOrderRequest request;
  *request.mutable_order() = std::move(order);
  request.set_lease_ms(options_.LeaseMs());
  auto stored = co_await shop_.orders.Call<&pb::OrderService::Stub::AsyncCreateOrder>(call, std::move(request));
  if (absl::IsAborted(stored.status())) co_return Begun{Begun::As::kOvertaken, {}};
  if (absl::IsAlreadyExists(stored.status())) co_return stored.status();
  if (!stored.ok()) co_return Blame("order failure", stored.status());
  // Whether it is ours is told by the id: a repeat of a call that was stored but not answered is not new, yet ours.
  const bool is_ours = stored->order().order_id() == id;
  co_return Begun{is_ours ? Begun::As::kNew : Begun::As::kEarlier, std::move(*stored->mutable_order())};
}

rpc::Reply<pb::PlaceOrderResponse> CheckoutService::Execute(const rpc::CallContext& call,
                                                            const pb::PlaceOrderRequest& request, pb::Order order) {
  const rpc::CallContext own = call.Detached(options_.saga_budget());
  OrderSaga saga(shop_, own, std::move(order), options_.LeaseMs());
  auto ended = co_await saga.Run(request.credit_card());
  if (absl::IsAborted(ended.status())) {
    auto answer = co_await AnswerAsBefore(call, request, saga.order());
    co_return std::move(answer);
  }
  if (!ended.ok()) co_return ended.status();
  confirmed_.Increment();
  telemetry::Log(telemetry::Severity::kInfo, "an order is confirmed",
                 {{"order_id", ended->order_id()},
                  {"http.req.id", call.trace.request_id},
                  {"trace_id", call.trace.TraceIdHex()}});
  const rpc::CallContext brief = call.Detached(kCartPatience);
  const auto removed = co_await TakeOutOfCart(shop_, brief, *ended, MayEmpty::kYes);
  pb::PlaceOrderResponse response = ResponseOf(*ended);
  after_.Spawn(SettleAfterwards(call.Detached(kSettlingPatience), *std::move(ended), removed.ok()));
  co_return response;
}

coro::Task<void> CheckoutService::SettleAfterwards(rpc::CallContext call, pb::Order order, bool cart_is_done) {
  const absl::Status settled = co_await Settle(shop_, call, order, cart_is_done);
  if (settled.ok()) co_return;
  telemetry::Log(telemetry::Severity::kWarning, "an order could not be settled yet",
                 {{"order_id", order.order_id()}, {"error", settled.message()}});
}

void CheckoutService::RegisterWith(rpc::Server& server) {
  using Async = pb::CheckoutService::AsyncService;
  server.Add<pb::CheckoutService>(*this, rpc::Method<&Async::RequestPlaceOrder, &CheckoutService::PlaceOrder>{});
}

}  // namespace boutique::checkout
