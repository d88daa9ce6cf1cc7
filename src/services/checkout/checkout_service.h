// SPDX-License-Identifier: Apache-2.0
// Turns carts into orders.
// Threads: safe from any loop once the clients are connected; outlives its requests.
#pragma once

#include <string>
#include <vector>

#include "hipstershop/checkout.grpc.pb.h"
#include "platform/base/clock.h"
#include "platform/coro/task_scope.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/server.h"
#include "platform/telemetry/metrics.h"
#include "services/checkout/checkout_options.h"
#include "services/checkout/shop_calls.h"

namespace boutique::checkout {

// The method's contract is that of protos/hipstershop/checkout.proto.
class CheckoutService {
 public:
  // `after` owns what is done for orders after their buyers have their answers; it, `metrics` and `clock` outlive the
  // service.
  CheckoutService(ShopClients shop, coro::TaskScope& after, telemetry::Metrics& metrics, CheckoutOptions options = {},
                  const base::Clock& clock = base::SystemClock::Instance());

  rpc::Reply<pb::PlaceOrderResponse> PlaceOrder(const rpc::CallContext& call, const pb::PlaceOrderRequest& request);

  // Before the server starts; the service outlives it.
  void RegisterWith(rpc::Server& server);

 private:
  // What became of an attempt to begin an order.
  struct Begun {
    enum class As {
      kNew,
      kEarlier,    // the key had an order already, which it is
      kOvertaken,  // nothing: another order may have taken from the cart since it was read
    };
    As as = As::kNew;
    pb::Order order;
  };

  // As PlaceOrder, which counts what comes of it.
  rpc::Reply<pb::PlaceOrderResponse> Place(const rpc::CallContext& call, const pb::PlaceOrderRequest& request);
  // The order that the user's key already has: NOT_FOUND if there is none.
  rpc::Reply<pb::Order> FindEarlier(const rpc::CallContext& call, std::string user_id, std::string key);
  // The user's latest orders, newest first: those whose goods may still be in the cart are among them.
  rpc::Reply<std::vector<pb::Order>> FindLatest(const rpc::CallContext& call, std::string user_id);
  // Drafts the order and stores it. `latest` are the user's before the cart is read; none of them is under way.
  rpc::Reply<Begun> Begin(const rpc::CallContext& call, const pb::PlaceOrderRequest& request,
                          std::vector<pb::Order> latest);
  // The answer that the order's first request got or gets. If that was interrupted, it is this one that goes on.
  rpc::Reply<pb::PlaceOrderResponse> AnswerAsBefore(const rpc::CallContext& call, const pb::PlaceOrderRequest& request,
                                                    pb::Order order);
  // Takes the order over from a process that is silent: NOT_FOUND if none is.
  rpc::Reply<pb::Order> Claim(const rpc::CallContext& call, const pb::Order& order);
  // Takes an order over that its process is silent about, and as far as it goes: whether it is under way no more.
  coro::Task<bool> BringToItsEnd(const rpc::CallContext& call, pb::Order order);
  // The order as it would be stored: priced, with an id. Before the cart is read, it is rid of what the confirmed of
  // `latest` have paid for.
  rpc::Reply<pb::Order> Draft(const rpc::CallContext& call, const pb::PlaceOrderRequest& request,
                              std::vector<pb::Order> latest);
  // Stores the order, and tells what came of it.
  rpc::Reply<Begun> Store(const rpc::CallContext& call, pb::Order order);
  // Takes the order to its end; waits for it if another process has taken it over.
  rpc::Reply<pb::PlaceOrderResponse> Execute(const rpc::CallContext& call, const pb::PlaceOrderRequest& request,
                                             pb::Order order);
  coro::Task<void> SettleAfterwards(rpc::CallContext call, pb::Order order, bool cart_is_done);

  const ShopClients shop_;
  coro::TaskScope& after_;
  const CheckoutOptions options_;
  const base::Clock& clock_;
  prometheus::Counter& confirmed_;
  prometheus::Counter& refused_;
  prometheus::Counter& failed_;
};

}  // namespace boutique::checkout
