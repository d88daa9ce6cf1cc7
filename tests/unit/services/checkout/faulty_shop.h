// SPDX-License-Identifier: Apache-2.0
// A shop of the real services in one process, whose calls fail, or whose checkout service dies, at a chosen step.
// Threads: services run on one loop; a test changes the faults when no call runs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "hipstershop/order_event.pb.h"
#include "platform/storage/sqlite/database.h"
#include "services/cart/cart_service.h"
#include "services/cart/memory_cart_store.h"
#include "services/checkout/order_resumer.h"
#include "services/order/order_outbox.h"
#include "services/order/order_schema.h"
#include "services/order/order_service.h"
#include "services/order/sql_order_store.h"
#include "services/payment/charge_schema.h"
#include "services/payment/payment_service.h"
#include "services/payment/simulated_processor.h"
#include "services/payment/sql_charge_store.h"
#include "services/shipping/shipment_schema.h"
#include "services/shipping/shipping_service.h"
#include "services/shipping/sql_shipment_store.h"
#include "support/on_loop.h"
#include "unit/services/checkout/fake_shop.h"

namespace boutique::checkout {

enum class Fault {
  kErrorBefore,  // the call fails once, and had no effect
  kErrorAfter,   // the call fails once, and had its effect
  kCrashBefore,  // the checkout service dies before the call
  kCrashAfter,   // the checkout service dies after it
  kHang,         // the call, the first time, is on its way until it is woken
  kSwallow,      // the call is never answered, and has no effect
};

// What goes wrong, and what has been called.
struct Faults {
  std::string step;
  Fault fault = Fault::kErrorBefore;
  absl::StatusCode code = absl::StatusCode::kUnavailable;  // of an error
  bool is_dead = false;  // the process that calls
  bool is_lifted = false;
  bool refuse_parcels = false;
  int hanging = 0;
  bool is_awake = false;
  std::vector<std::string> steps;

  bool Hits(const std::string& name, Fault kind) const { return !is_lifted && name == step && fault == kind; }
  absl::Status Before(const std::string& name) {
    if (is_dead) return Dead();
    steps.push_back(name);
    if (Hits(name, Fault::kCrashBefore)) is_dead = true;
    if (is_dead) return Dead();
    if (!Hits(name, Fault::kErrorBefore)) return absl::OkStatus();
    is_lifted = true;
    return absl::Status(code, "the call was lost");
  }
  absl::Status After(const std::string& name) {
    if (Hits(name, Fault::kCrashAfter)) is_dead = true;
    if (is_dead) return Dead();
    if (!Hits(name, Fault::kErrorAfter)) return absl::OkStatus();
    is_lifted = true;
    return absl::Status(code, "the answer was lost");
  }
  // None of a dead process's calls has an effect any more. Of what it would do next, nothing waits and nothing repeats
  // after this status, so that it soon gives up.
  static absl::Status Dead() { return absl::AbortedError("the caller is dead"); }
  // Another process takes the dead one's place.
  void Restart() {
    is_dead = false;
    is_lifted = true;
  }
};

// Does what `real` does, with the faults.
template <typename T>
rpc::Reply<T> Through(Faults& faults, std::string name, const rpc::CallContext& call, rpc::Reply<T> real) {
  const absl::Status before = faults.Before(name);
  if (!before.ok()) co_return before;
  if (faults.Hits(name, Fault::kHang) && faults.hanging++ == 0) {
    const rpc::CallContext patient = call.Detached(std::chrono::minutes(1));
    while (!faults.is_awake) co_await rpc::Sleep(patient, std::chrono::milliseconds(2));
  }
  if (faults.Hits(name, Fault::kSwallow)) {
    co_await rpc::Sleep(call, call.Left());
    co_return absl::DeadlineExceededError("the caller has waited long enough");
  }
  auto result = co_await std::move(real);
  const absl::Status after = faults.After(name);
  if (!after.ok()) co_return after;
  co_return std::move(result);
}

struct FaultyCarts : cart::CartService {
  FaultyCarts(cart::CartStore& store, Faults& faults) : CartService(store), faults(faults) {}
  rpc::Reply<pb::Empty> RemoveOrdered(const rpc::CallContext& call, const pb::RemoveOrderedRequest& request) {
    return Through(faults, "RemoveOrdered", call, CartService::RemoveOrdered(call, request));
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::CartService::AsyncService;
    server.Add<pb::CartService>(*this, rpc::Method<&Async::RequestAddItem, &CartService::AddItem>{},
                                rpc::Method<&Async::RequestGetCart, &CartService::GetCart>{},
                                rpc::Method<&Async::RequestEmptyCart, &CartService::EmptyCart>{},
                                rpc::Method<&Async::RequestSetItem, &CartService::SetItem>{},
                                rpc::Method<&Async::RequestRemoveOrdered, &FaultyCarts::RemoveOrdered>{});
  }
  Faults& faults;
};

struct FaultyPayments : payment::PaymentService {
  FaultyPayments(payment::ChargeStore& store, payment::PaymentProcessor& processor, Faults& faults)
      : PaymentService(store, processor), faults(faults) {}
  rpc::Reply<pb::ChargeResponse> Charge(const rpc::CallContext& call, const pb::ChargeRequest& request) {
    return Through(faults, "Charge", call, PaymentService::Charge(call, request));
  }
  rpc::Reply<pb::ChargeRecord> GetCharge(const rpc::CallContext& call, const pb::GetChargeRequest& request) {
    return Through(faults, "GetCharge", call, PaymentService::GetCharge(call, request));
  }
  rpc::Reply<pb::ChargeRecord> Refund(const rpc::CallContext& call, const pb::RefundRequest& request) {
    return Through(faults, "Refund", call, PaymentService::Refund(call, request));
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::PaymentService::AsyncService;
    server.Add<pb::PaymentService>(*this, rpc::Method<&Async::RequestCharge, &FaultyPayments::Charge>{},
                                   rpc::Method<&Async::RequestGetCharge, &FaultyPayments::GetCharge>{},
                                   rpc::Method<&Async::RequestRefund, &FaultyPayments::Refund>{});
  }
  Faults& faults;
};

struct FaultyShipping : shipping::ShippingService {
  FaultyShipping(shipping::ShipmentStore& store, Faults& faults) : ShippingService(store), faults(faults) {}
  rpc::Reply<pb::ShipOrderResponse> ShipOrder(const rpc::CallContext& call, const pb::ShipOrderRequest& request) {
    auto real = faults.refuse_parcels ? Refuse() : ShippingService::ShipOrder(call, request);
    return Through(faults, "ShipOrder", call, std::move(real));
  }
  rpc::Reply<pb::Shipment> CancelShipment(const rpc::CallContext& call, const pb::CancelShipmentRequest& request) {
    return Through(faults, "CancelShipment", call, ShippingService::CancelShipment(call, request));
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::ShippingService::AsyncService;
    server.Add<pb::ShippingService>(*this, rpc::Method<&Async::RequestGetQuote, &ShippingService::GetQuote>{},
                                    rpc::Method<&Async::RequestShipOrder, &FaultyShipping::ShipOrder>{},
                                    rpc::Method<&Async::RequestGetShipment, &ShippingService::GetShipment>{},
                                    rpc::Method<&Async::RequestCancelShipment, &FaultyShipping::CancelShipment>{});
  }
  static rpc::Reply<pb::ShipOrderResponse> Refuse() { co_return absl::FailedPreconditionError("no lorry goes there"); }
  Faults& faults;
};

struct FaultyOrders : order::OrderService {
  FaultyOrders(order::OrderStore& store, telemetry::Metrics& metrics, const base::Clock& clock, Faults& faults)
      : OrderService(store, metrics, clock), faults(faults) {}
  rpc::Reply<pb::CreateOrderResponse> CreateOrder(const rpc::CallContext& call, const pb::CreateOrderRequest& request) {
    return Through(faults, "CreateOrder", call, OrderService::CreateOrder(call, request));
  }
  rpc::Reply<pb::Order> RecordStep(const rpc::CallContext& call, const pb::RecordStepRequest& request) {
    const std::string name = request.settled() ? "settled" : pb::OrderState_Name(request.state());
    return Through(faults, absl::StrCat("RecordStep ", name), call, OrderService::RecordStep(call, request));
  }
  rpc::Reply<pb::ClaimStaleResponse> ClaimStale(const rpc::CallContext& call, const pb::ClaimStaleRequest& request) {
    return Through(faults, "ClaimStale", call, OrderService::ClaimStale(call, request));
  }
  rpc::Reply<pb::Order> GetOrder(const rpc::CallContext& call, const pb::GetOrderRequest& request) {
    return Through(faults, "GetOrder", call, OrderService::GetOrder(call, request));
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::OrderService::AsyncService;
    server.Add<pb::OrderService>(*this, rpc::Method<&Async::RequestCreateOrder, &FaultyOrders::CreateOrder>{},
                                 rpc::Method<&Async::RequestRecordStep, &FaultyOrders::RecordStep>{},
                                 rpc::Method<&Async::RequestClaimStale, &FaultyOrders::ClaimStale>{},
                                 rpc::Method<&Async::RequestGetOrder, &FaultyOrders::GetOrder>{},
                                 rpc::Method<&Async::RequestListOrders, &OrderService::ListOrders>{},
                                 rpc::StreamMethod<&Async::RequestWatchOrder, &OrderService::WatchOrder>{});
  }
  Faults& faults;
};

struct SetClock final : base::Clock {
  std::chrono::system_clock::time_point Now() const override { return now; }
  std::chrono::system_clock::time_point now = std::chrono::system_clock::now();
};

class FaultyShop {
 public:
  explicit FaultyShop(std::chrono::seconds lease = std::chrono::seconds(60)) : options_{.lease = lease} {
    carts_.RegisterWith(server_);
    catalog_.RegisterWith(server_);
    exchange_.RegisterWith(server_);
    shipping_.RegisterWith(server_);
    payments_.RegisterWith(server_);
    orders_.RegisterWith(server_);
    checkout_.RegisterWith(server_);
    const auto started = server_.Start({}, [this] { peers_.Connect(server_, metrics_); });
    REQUIRE_OK(started);
  }
  ~FaultyShop() {
    after_.AwaitIdle();
    server_.Shutdown(std::chrono::seconds(1));
  }

  void PutInCart(const std::string& product, int quantity) {
    pb::CartItem item;
    item.set_product_id(product);
    item.set_quantity(quantity);
    REQUIRE_OK(coro::SyncWait(cart_store_.Add(rpc::CallContext(), "ada", item)));
  }
  // "MUG 2, WATCH 1"
  std::string Cart() {
    const auto cart = coro::SyncWait(cart_store_.Get(rpc::CallContext(), "ada"));
    std::string lines;
    for (const auto& item : cart->items()) {
      absl::StrAppend(&lines, lines.empty() ? "" : ", ", item.product_id(), " ", item.quantity());
    }
    return lines;
  }

  static pb::PlaceOrderRequest Request() {
    auto request = FakeShop::Request();
    auto* card = request.mutable_credit_card();
    card->set_credit_card_cvv(672);
    card->set_credit_card_expiration_year(2039);
    card->set_credit_card_expiration_month(1);
    return request;
  }
  absl::StatusOr<pb::OrderResult> PlaceOrder(const std::string& key = kKey) {
    pb::PlaceOrderRequest request = Request();
    request.set_idempotency_key(key);
    return PlaceOrder(request);
  }
  absl::StatusOr<pb::OrderResult> PlaceOrder(const pb::PlaceOrderRequest& request,
                                             std::chrono::milliseconds budget = std::chrono::seconds(20)) {
    return peers_.PlaceOrder(request, budget);
  }
  void AwaitSettlements() { after_.AwaitIdle(); }

  // Lets an hour pass and takes over what is left, until nothing is.
  void Resume() {
    for (int left = 1; left > 0;) {
      clock.now += std::chrono::hours(1);
      const auto resumed = testing::RunOn(loop(), resumer_.ResumeSome(loop(), {}));
      REQUIRE_OK(resumed);
      left = *resumed;
    }
  }

  // The same once, whatever becomes of it.
  void ResumeOnce() {
    clock.now += std::chrono::hours(1);
    testing::RunOn(loop(), resumer_.ResumeSome(loop(), {})).status().IgnoreError();
  }

  // The types of the events that wait to be delivered, with the orders they are of: "order.confirmed <id>".
  std::vector<std::string> Announcements() {
    const rpc::CallContext call = rpc::Begin(loop(), std::chrono::seconds(10));
    const auto events = testing::RunOn(loop(), outbox_.Take(call, 100, 0, 0));
    REQUIRE_OK(events);
    std::vector<std::string> announcements;
    for (const auto& event : *events) {
      pb::OrderEvent message;
      REQUIRE(message.ParseFromString(event.message));
      announcements.push_back(absl::StrCat(event.type, " ", message.order().order_id()));
    }
    return announcements;
  }

  // The buyer's orders, the charge and the shipment of one.
  std::vector<pb::Order> Orders() {
    const rpc::CallContext call = rpc::Begin(loop(), std::chrono::seconds(10));
    pb::ListOrdersRequest request;
    request.set_user_id("ada");
    const auto listed = testing::RunOn(loop(), orders_.ListOrders(call, request));
    REQUIRE_OK(listed);
    return {listed->orders().begin(), listed->orders().end()};
  }
  bool IsCharged(const std::string& order_id) {
    const rpc::CallContext call = rpc::Begin(loop(), std::chrono::seconds(10));
    pb::GetChargeRequest request;
    request.set_idempotency_key(order_id);
    const auto charge = testing::RunOn(loop(), payments_.PaymentService::GetCharge(call, request));
    return charge.ok() && charge->state() == pb::ChargeRecord::STANDING;
  }
  bool IsShipped(const std::string& order_id) {
    const rpc::CallContext call = rpc::Begin(loop(), std::chrono::seconds(10));
    pb::GetShipmentRequest request;
    request.set_idempotency_key(order_id);
    const auto shipment = testing::RunOn(loop(), shipping_.GetShipment(call, request));
    return shipment.ok() && shipment->state() == pb::Shipment::SHIPPED;
  }
  // Whether a call hangs; lets it go on.
  bool IsHanging() {
    return testing::RunOn(loop(), OnLoop([this] { return faults.hanging > 0; }));
  }
  void Wake() {
    testing::RunOn(loop(), OnLoop([this] { return faults.is_awake = true; }));
  }
  rpc::Loop& loop() { return *server_.loops()[0]; }

  Faults faults;
  SetClock clock;

 private:
  static coro::Task<bool> OnLoop(std::function<bool()> look) { co_return look(); }

  const CheckoutOptions options_;
  telemetry::Metrics metrics_;
  coro::TaskScope after_;
  cart::MemoryCartStore cart_store_{std::chrono::hours(1)};
  std::unique_ptr<sqlite::Database> charges_ =
      sqlite::Database::Open(":memory:", payment::ChargeSchema().sqlite).value();
  payment::SqlChargeStore charge_store_{*charges_};
  payment::SimulatedProcessor processor_;
  std::unique_ptr<sqlite::Database> shipments_ =
      sqlite::Database::Open(":memory:", shipping::ShipmentSchema().sqlite).value();
  shipping::SqlShipmentStore shipment_store_{*shipments_};
  std::unique_ptr<sqlite::Database> kept_orders_ =
      sqlite::Database::Open(":memory:", order::OrderSchema().sqlite).value();
  order::SqlOrderStore order_store_{*kept_orders_};
  order::OrderOutbox outbox_{*kept_orders_};
  FaultyCarts carts_{cart_store_, faults};
  FakeCatalog catalog_;
  FakeCurrency exchange_;
  FaultyShipping shipping_{shipment_store_, faults};
  FaultyPayments payments_{charge_store_, processor_, faults};
  FaultyOrders orders_{order_store_, metrics_, clock, faults};
  ShopPeers peers_;
  const ShopClients shop_ = peers_.clients();
  CheckoutService checkout_{shop_, after_, metrics_, options_, clock};
  OrderResumer resumer_{shop_, metrics_, options_, clock};
  rpc::Server server_{rpc::ServerOptions{}, metrics_};
};

}  // namespace boutique::checkout
