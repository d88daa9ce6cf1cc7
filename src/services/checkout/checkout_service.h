// SPDX-License-Identifier: Apache-2.0
// Turns carts into orders.
// Threads: safe from any loop once the clients are connected; outlives its requests.
#pragma once

#include <chrono>
#include <string>

#include "hipstershop/checkout.grpc.pb.h"
#include "platform/coro/task_scope.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/server.h"
#include "platform/telemetry/metrics.h"
#include "services/checkout/shop_calls.h"

namespace boutique::checkout {

struct CheckoutOptions {
  // What an order gets to be charged and shipped, whatever the buyer's deadline: less than a process's SHUTDOWN_GRACE.
  std::chrono::nanoseconds saga_budget = std::chrono::seconds(9);
  // With less left before the buyer's deadline no order is begun.
  std::chrono::nanoseconds least_left = std::chrono::milliseconds(100);
};

// The method's contract is that of protos/hipstershop/checkout.proto.
class CheckoutService {
 public:
  // `after` owns the confirmations that are on their way; both it and `metrics` outlive the service.
  CheckoutService(ShopClients shop, coro::TaskScope& after, telemetry::Metrics& metrics, CheckoutOptions options = {});

  rpc::Reply<pb::PlaceOrderResponse> PlaceOrder(const rpc::CallContext& call, const pb::PlaceOrderRequest& request);

  // Before the server starts; the service outlives it.
  void RegisterWith(rpc::Server& server);

 private:
  // The order that the user's key already has: NOT_FOUND if there is none.
  rpc::Reply<pb::Order> FindEarlier(const rpc::CallContext& call, const pb::PlaceOrderRequest& request);
  // The answer that the earlier request with this key got or gets.
  rpc::Reply<pb::PlaceOrderResponse> AnswerAsBefore(const rpc::CallContext& call, const pb::PlaceOrderRequest& request,
                                                    pb::Order order);
  // The order as it would be stored: priced, with an id.
  rpc::Reply<pb::Order> Draft(const rpc::CallContext& call, const pb::PlaceOrderRequest& request);
  // Stores the order; false if the key had one already, which it then is.
  rpc::Reply<bool> Store(const rpc::CallContext& call, pb::Order* order);
  rpc::Reply<pb::PlaceOrderResponse> Execute(const rpc::CallContext& call, const pb::PlaceOrderRequest& request,
                                             pb::Order order);
  rpc::Reply<pb::Empty> EmptyCart(const rpc::CallContext& call, const std::string& user_id);
  coro::Task<void> Confirm(rpc::CallContext call, std::string email, pb::OrderResult order);
  void Count(const absl::Status& outcome);

  const ShopClients shop_;
  coro::TaskScope& after_;
  const CheckoutOptions options_;
  prometheus::Counter& confirmed_;
  prometheus::Counter& refused_;
  prometheus::Counter& failed_;
};

}  // namespace boutique::checkout
