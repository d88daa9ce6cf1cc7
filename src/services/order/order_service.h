// SPDX-License-Identifier: Apache-2.0
// Answers OrderService calls from a store.
// Threads: safe from any loop.
#pragma once

#include "hipstershop/order.grpc.pb.h"
#include "platform/base/clock.h"
#include "platform/rpc/call_context.h"
#include "platform/rpc/server.h"
#include "platform/telemetry/metrics.h"
#include "services/order/order_store.h"
#include "services/order/order_watch.h"

namespace boutique::order {

// The methods' contract is that of protos/hipstershop/order.proto.
class OrderService {
 public:
  // Store, metrics and clock outlive the service.
  OrderService(OrderStore& store, telemetry::Metrics& metrics,
               const base::Clock& clock = base::SystemClock::Instance())
      : store_(store),
        clock_(clock),
        taken_over_(
            metrics.Counter("order_takeovers_total", "Orders that were taken over because nobody worked on them.")) {}

  rpc::Reply<pb::CreateOrderResponse> CreateOrder(const rpc::CallContext& call, const pb::CreateOrderRequest& request);
  rpc::Reply<pb::Order> RecordStep(const rpc::CallContext& call, const pb::RecordStepRequest& request);
  rpc::Reply<pb::ClaimStaleResponse> ClaimStale(const rpc::CallContext& call, const pb::ClaimStaleRequest& request);
  rpc::Reply<pb::Order> GetOrder(const rpc::CallContext& call, const pb::GetOrderRequest& request);
  rpc::Reply<pb::ListOrdersResponse> ListOrders(const rpc::CallContext& call, const pb::ListOrdersRequest& request);

  coro::Task<absl::Status> WatchOrder(const rpc::CallContext& call, const pb::WatchOrderRequest& request,
                                      rpc::StreamWriter<pb::Order>& writer);

  // Before the server starts; the service outlives it.
  void RegisterWith(rpc::Server& server);

 private:
  OrderStore& store_;
  OrderWatch watch_;
  const base::Clock& clock_;
  prometheus::Counter& taken_over_;
};

}  // namespace boutique::order
