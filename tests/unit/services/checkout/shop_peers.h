// SPDX-License-Identifier: Apache-2.0
// The clients that a checkout service has, and a buyer's way to it, where one server has all of a shop's services.
// Threads: connect before the server serves; then as the clients.
#pragma once

#include <grpcpp/client_context.h>

#include <chrono>
#include <memory>

#include "hipstershop/checkout.grpc.pb.h"
#include "platform/rpc/client.h"
#include "platform/rpc/server.h"
#include "platform/rpc/status.h"
#include "platform/telemetry/metrics.h"
#include "services/checkout/shop_calls.h"

namespace boutique::checkout {

// What a shop does without.
struct Lacking {
  bool currency = false;
  bool shipping = false;
  bool orders = false;
};

class ShopPeers {
 public:
  // Within the server's Start. `metrics` and `spans` (may be null) outlive the peers.
  void Connect(rpc::Server& server, telemetry::Metrics& metrics, Lacking lacking = {},
               telemetry::SpanSink* spans = nullptr) {
    const auto channel = server.InProcessChannel();
    carts_.Connect(channel, metrics, spans);
    catalog_.Connect(channel, metrics, spans);
    if (!lacking.currency) currency_.Connect(channel, metrics, spans);
    if (!lacking.shipping) shipping_.Connect(channel, metrics, spans);
    payments_.Connect(channel, metrics, spans);
    email_.Connect(channel, metrics, spans);
    if (!lacking.orders) orders_.Connect(channel, metrics, spans);
    stub_ = pb::CheckoutService::NewStub(channel);
  }
  ShopClients clients() { return {carts_, catalog_, currency_, shipping_, payments_, email_, orders_}; }

  // Orders as a buyer who waits for `budget`.
  absl::StatusOr<pb::OrderResult> PlaceOrder(const pb::PlaceOrderRequest& request, std::chrono::milliseconds budget) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + budget);
    pb::PlaceOrderResponse reply;
    const auto status = stub_->PlaceOrder(&context, request, &reply);
    if (!status.ok()) return rpc::FromGrpc(status);
    return reply.order();
  }

 private:
  rpc::Client<pb::CartService> carts_;
  rpc::Client<pb::ProductCatalogService> catalog_;
  rpc::Client<pb::CurrencyService> currency_;
  rpc::Client<pb::ShippingService> shipping_;
  rpc::Client<pb::PaymentService> payments_;
  rpc::Client<pb::EmailService> email_;
  rpc::Client<pb::OrderService> orders_;
  std::unique_ptr<pb::CheckoutService::Stub> stub_;
};

}  // namespace boutique::checkout
