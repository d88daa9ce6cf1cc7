// SPDX-License-Identifier: Apache-2.0
// Brings orders to their end at an order service, as the checkout service does.
// Threads: belongs to the test's.
#pragma once

#include <grpcpp/create_channel.h>

#include <initializer_list>
#include <memory>
#include <string>

#include "hipstershop/order.grpc.pb.h"
#include "sample_order.h"
#include "support/catch.h"

namespace boutique::testing {

namespace pb = ::hipstershop;

class OrderPlacer {
 public:
  explicit OrderPlacer(const std::string& address)
      : stub_(pb::OrderService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {}

  // An order that goes through the states.
  std::string Place(std::initializer_list<pb::OrderState> states) {
    pb::CreateOrderRequest request;
    *request.mutable_order() = order::SampleOrder("ann", "key-of-order-" + std::to_string(1000 + ++orders_));
    pb::CreateOrderResponse created;
    grpc::ClientContext context;
    REQUIRE(stub_->CreateOrder(&context, request, &created).ok());
    pb::OrderState now = pb::PENDING;
    for (const pb::OrderState next : states) {
      pb::RecordStepRequest step;
      step.set_order_id(created.order().order_id());
      step.set_expected_state(now);
      step.set_expected_epoch(1);
      step.set_state(next);
      if (next == pb::CHARGED) step.set_transaction_id("transaction");
      if (next == pb::SHIPPED) step.set_shipping_tracking_id("tracking");
      if (next == pb::CANCELLED) step.set_reason("your card was declined");
      if (next == pb::CANCELLED) step.set_reason_code(9);
      pb::Order recorded;
      grpc::ClientContext of_step;
      const grpc::Status status = stub_->RecordStep(&of_step, step, &recorded);
      INFO(status.error_message());
      REQUIRE(status.ok());
      now = next;
    }
    return created.order().order_id();
  }
  std::string Confirm() {
    return Place({pb::CHARGING, pb::CHARGED, pb::SHIPPING, pb::SHIPPED, pb::CONFIRMED});
  }

 private:
  const std::unique_ptr<pb::OrderService::Stub> stub_;
  int orders_ = 0;
};

}  // namespace boutique::testing
