// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <memory>
#include <stop_token>
#include <utility>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "gateway/pages/pages.h"
#include "platform/coro/or_return.h"
#include "platform/coro/when_all.h"
#include "platform/rpc/sleep.h"

namespace boutique::gateway {
namespace {

// Between two words: proxies and browsers take a connection that says nothing for longer as dead.
constexpr auto kHeartbeat = std::chrono::seconds(5);
// A stream ends after this time, and the browser comes back: to whichever gateway there is then.
constexpr auto kLongest = std::chrono::minutes(10);
constexpr int kTooManyRequests = 429;

// What a stream follows. Lives as long as the stream.
struct Followed {
  const Clients& clients;
  pb::WatchOrderRequest request;
  std::shared_ptr<void> place;
};

std::string StateEvent(const pb::Order& order) {
  const StateText state = TextOf(order);
  const nlohmann::json data = {{"cssClass", state.css_class},
                               {"text", state.text},
                               {"note", state.note},
                               {"trackingId", order.shipping_tracking_id()}};
  const std::string text = data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return absl::StrCat("event: state\ndata: ", text, "\n\n");
}

// Both end each other by `ended`.
coro::Task<bool> Beat(const rpc::CallContext& call, http::BodyWriter& body, std::stop_source ended) {
  bool goes_on = true;
  while (goes_on) {
    goes_on = co_await rpc::Sleep(call, kHeartbeat);
    if (goes_on) goes_on = co_await body.Write(": still here\n\n");
  }
  ended.request_stop();
  co_return true;
}

coro::Task<bool> Tell(const rpc::CallContext& call, const Followed& followed, http::BodyWriter& body,
                      std::stop_source ended) {
  std::string told;
  auto tell = [&body, &told](const pb::Order& order) -> coro::Task<bool> {
    std::string event = StateEvent(order);
    bool goes_on = true;
    if (event != told) goes_on = co_await body.Write(event);
    told = std::move(event);
    if (!goes_on || !IsFinal(order.state())) co_return goes_on;
    co_await body.Write("event: end\ndata: {}\n\n");
    co_return false;
  };
  const auto watched = co_await followed.clients.orders.Stream<&pb::OrderService::Stub::AsyncWatchOrder>(
      call, followed.request, std::move(tell));
  // An order service of another make will not know it the next time either.
  if (absl::IsUnimplemented(watched)) co_await body.Write("event: lost\ndata: {}\n\n");
  ended.request_stop();
  co_return true;
}

coro::Task<void> Follow(const Followed& followed, const rpc::CallContext& call, http::BodyWriter& body) {
  // A browser that has lost the stream, or was sent away by a gateway that stops, comes back after so long.
  const bool begun = co_await body.Write("retry: 3000\n\n");
  if (!begun) co_return;
  const std::stop_source ended;
  const std::stop_callback with_the_request(call.cancelled, [stop = ended]() mutable { stop.request_stop(); });
  rpc::CallContext own = call.Within(kLongest);
  own.cancelled = ended.get_token();
  co_await coro::WhenAll(Beat(own, body, ended), Tell(own, followed, body, ended));
}

http::Response TooManyOfSession() {
  http::Response response = http::PlainText(kTooManyRequests, "too many of this session's pages follow an order");
  response.Set("Retry-After", "5");
  return response;
}

}  // namespace

PageReply StreamOrder(Storefront& front, const Visit& visit) {
  const Clients& clients = front.shop().clients();
  if (!clients.orders.IsConnected()) co_return absl::NotFoundError("no orders are kept");
  // Whether there is such an order is to be known before the first byte.
  pb::GetOrderRequest which;
  which.set_user_id(visit.session.id);
  which.set_order_id(std::string(visit.request.Param("id")));
  const auto order =
      co_await coro::OrReturn(co_await clients.orders.Call<&pb::OrderService::Stub::AsyncGetOrder>(visit.call, which));

  auto followed = std::make_shared<Followed>(Followed{clients, {}, {}});
  const std::string session = front.session_rules().shared ? "" : visit.session.id;
  const auto verdict = front.event_streams().Take(session, &followed->place);
  if (verdict == EventStreams::Verdict::kTooManyOfSession) co_return TooManyOfSession();
  if (verdict == EventStreams::Verdict::kTooManyInAll) co_return absl::UnavailableError("too many follow orders");
  followed->request.set_user_id(order.user_id());
  followed->request.set_order_id(order.order_id());

  http::Response response;
  response.Add("Content-Type", "text/event-stream").Add("Cache-Control", "no-store");
  // For proxies of nginx's kind, which gather answers.
  response.Add("X-Accel-Buffering", "no");
  response.stream = [followed](const rpc::CallContext& call, http::BodyWriter& body) {
    return Follow(*followed, call, body);
  };
  co_return response;
}

}  // namespace boutique::gateway
