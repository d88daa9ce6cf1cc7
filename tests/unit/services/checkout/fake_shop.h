// SPDX-License-Identifier: Apache-2.0
// A shop in one process: the real checkout and currency services, and fakes around them that remember and fail on
// demand.
// Threads: fakes are called on one loop; tests read them when no call runs.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "platform/rpc/client.h"
#include "platform/rpc/server.h"
#include "platform/rpc/sleep.h"
#include "platform/telemetry/metrics.h"
#include "services/checkout/checkout_service.h"
#include "services/currency/currency_service.h"
#include "services/order/order_states.h"
#include "support/catch.h"
#include "unit/services/checkout/shop_peers.h"

namespace boutique::checkout {

inline constexpr char kKey[] = "0123456789abcdef";

// Answers with `failure` while there is one, and counts its calls.
struct Fallible {
  absl::Status failure;
  int calls = 0;
  absl::Status Next() {
    ++calls;
    return failure;
  }
};

struct FakeCarts {
  pb::Cart cart;
  Fallible get, empty, remove;
  std::set<std::string> removed;  // orders
  rpc::Reply<pb::Empty> AddItem(const rpc::CallContext&, const pb::AddItemRequest&) { co_return pb::Empty(); }
  rpc::Reply<pb::Empty> SetItem(const rpc::CallContext&, const pb::SetItemRequest&) { co_return pb::Empty(); }
  rpc::Reply<pb::Cart> GetCart(const rpc::CallContext&, const pb::GetCartRequest&) {
    if (auto bad = get.Next(); !bad.ok()) co_return bad;
    co_return cart;
  }
  rpc::Reply<pb::Empty> EmptyCart(const rpc::CallContext&, const pb::EmptyCartRequest&) {
    if (auto bad = empty.Next(); !bad.ok()) co_return bad;
    cart.clear_items();
    co_return pb::Empty();
  }
  rpc::Reply<pb::Empty> RemoveOrdered(const rpc::CallContext&, const pb::RemoveOrderedRequest& request) {
    if (auto bad = remove.Next(); !bad.ok()) co_return bad;
    if (removed.insert(request.order_id()).second) cart.clear_items();
    co_return pb::Empty();
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::CartService::AsyncService;
    server.Add<pb::CartService>(*this, rpc::Method<&Async::RequestAddItem, &FakeCarts::AddItem>{},
                                rpc::Method<&Async::RequestSetItem, &FakeCarts::SetItem>{},
                                rpc::Method<&Async::RequestGetCart, &FakeCarts::GetCart>{},
                                rpc::Method<&Async::RequestEmptyCart, &FakeCarts::EmptyCart>{},
                                rpc::Method<&Async::RequestRemoveOrdered, &FakeCarts::RemoveOrdered>{});
  }
};

struct FakeCatalog {
  Fallible many, one;
  std::string name = "A good one";  // of every product
  // MUG costs 8.99, WATCH 109.99 and PIN 0.10 dollars.
  absl::StatusOr<pb::Product> Find(const std::string& id) const {
    const std::map<std::string, std::pair<int, int>> prices = {
        {"MUG", {8, 990000000}}, {"WATCH", {109, 990000000}}, {"PIN", {0, 100000000}}};
    const auto found = prices.find(id);
    if (found == prices.end()) return absl::NotFoundError(absl::StrCat("no product with ID ", id));
    pb::Product product;
    product.set_id(id);
    product.set_name(name);
    base::Money{"USD", found->second.first, found->second.second}.CopyTo(product.mutable_price_usd());
    return product;
  }
  rpc::Reply<pb::ListProductsResponse> ListProducts(const rpc::CallContext&, const pb::Empty&) {
    co_return pb::ListProductsResponse();
  }
  rpc::Reply<pb::SearchProductsResponse> SearchProducts(const rpc::CallContext&, const pb::SearchProductsRequest&) {
    co_return pb::SearchProductsResponse();
  }
  rpc::Reply<pb::Product> GetProduct(const rpc::CallContext&, const pb::GetProductRequest& request) {
    if (auto bad = one.Next(); !bad.ok()) co_return bad;
    co_return Find(request.id());
  }
  rpc::Reply<pb::GetProductsResponse> GetProducts(const rpc::CallContext&, const pb::GetProductsRequest& request) {
    if (auto bad = many.Next(); !bad.ok()) co_return bad;
    pb::GetProductsResponse reply;
    for (const auto& id : request.ids()) {
      const auto product = Find(id);
      if (product.ok()) {
        *reply.add_products() = *product;
      } else {
        reply.add_missing_ids(id);
      }
    }
    co_return reply;
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::ProductCatalogService::AsyncService;
    server.Add<pb::ProductCatalogService>(*this,
                                          rpc::Method<&Async::RequestListProducts, &FakeCatalog::ListProducts>{},
                                          rpc::Method<&Async::RequestGetProduct, &FakeCatalog::GetProduct>{},
                                          rpc::Method<&Async::RequestSearchProducts, &FakeCatalog::SearchProducts>{},
                                          rpc::Method<&Async::RequestGetProducts, &FakeCatalog::GetProducts>{});
  }
};

// The real currency service, or one that does as the public one: it knows no ConvertMany, and converts to a code that
// it does not know without complaint, and to nothing.
struct FakeCurrency {
  currency::CurrencyService real{currency::ExchangeRates::Reference()};
  bool is_original = false;
  rpc::Reply<pb::GetSupportedCurrenciesResponse> GetSupportedCurrencies(const rpc::CallContext& call,
                                                                        const pb::Empty& request) {
    return real.GetSupportedCurrencies(call, request);
  }
  rpc::Reply<pb::Money> Convert(const rpc::CallContext& call, const pb::CurrencyConversionRequest& request) {
    auto converted = co_await real.Convert(call, request);
    if (!is_original || converted.ok()) co_return std::move(converted);
    pb::Money nothing;
    nothing.set_currency_code(request.to_code());
    co_return nothing;
  }
  rpc::Reply<pb::ConvertManyResponse> ConvertMany(const rpc::CallContext& call,
                                                  const pb::ConvertManyRequest& request) {
    if (is_original) co_return absl::UnimplementedError("");
    auto converted = co_await real.ConvertMany(call, request);
    co_return std::move(converted);
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::CurrencyService::AsyncService;
    server.Add<pb::CurrencyService>(
        *this, rpc::Method<&Async::RequestGetSupportedCurrencies, &FakeCurrency::GetSupportedCurrencies>{},
        rpc::Method<&Async::RequestConvert, &FakeCurrency::Convert>{},
        rpc::Method<&Async::RequestConvertMany, &FakeCurrency::ConvertMany>{});
  }
};

struct FakeShipping {
  Fallible quote, ship, cancel;
  std::map<std::string, pb::Shipment> shipments;  // by key
  std::vector<pb::CartItem> parcel;
  rpc::Reply<pb::GetQuoteResponse> GetQuote(const rpc::CallContext&, const pb::GetQuoteRequest&) {
    if (auto bad = quote.Next(); !bad.ok()) co_return bad;
    pb::GetQuoteResponse reply;
    base::Money{"USD", 8, 990000000}.CopyTo(reply.mutable_cost_usd());
    co_return reply;
  }
  rpc::Reply<pb::ShipOrderResponse> ShipOrder(const rpc::CallContext&, const pb::ShipOrderRequest& request) {
    if (auto bad = ship.Next(); !bad.ok()) co_return bad;
    parcel.assign(request.items().begin(), request.items().end());
    shipments[request.idempotency_key()].set_state(pb::Shipment::SHIPPED);
    pb::ShipOrderResponse reply;
    reply.set_tracking_id("AB-12-3456789");
    co_return reply;
  }
  rpc::Reply<pb::Shipment> GetShipment(const rpc::CallContext&, const pb::GetShipmentRequest&) {
    co_return absl::UnimplementedError("");
  }
  rpc::Reply<pb::Shipment> CancelShipment(const rpc::CallContext&, const pb::CancelShipmentRequest& request) {
    if (auto bad = cancel.Next(); !bad.ok()) co_return bad;
    pb::Shipment& shipment = shipments[request.idempotency_key()];
    shipment.set_state(pb::Shipment::CANCELLED);
    co_return shipment;
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::ShippingService::AsyncService;
    server.Add<pb::ShippingService>(*this, rpc::Method<&Async::RequestGetQuote, &FakeShipping::GetQuote>{},
                                    rpc::Method<&Async::RequestShipOrder, &FakeShipping::ShipOrder>{},
                                    rpc::Method<&Async::RequestGetShipment, &FakeShipping::GetShipment>{},
                                    rpc::Method<&Async::RequestCancelShipment, &FakeShipping::CancelShipment>{});
  }
};

struct FakePayments {
  Fallible charge, get, refund;
  bool charges_before_failing = false;  // the answer is lost, the charge is not
  std::chrono::milliseconds delay{0};   // before a charge, which is not made if the caller goes meanwhile
  std::map<std::string, pb::ChargeRecord> records;  // by key
  pb::ChargeRequest last;
  rpc::Reply<pb::ChargeResponse> Charge(const rpc::CallContext& call, const pb::ChargeRequest& request) {
    const absl::Status bad = charge.Next();
    last = request;
    if (delay.count() > 0) {
      const bool elapsed = co_await rpc::Sleep(call, delay);
      if (!elapsed) co_return absl::CancelledError("the caller has gone");
    }
    if (!bad.ok() && !charges_before_failing) co_return bad;
    pb::ChargeRecord& record = records[request.idempotency_key()];
    record.set_state(pb::ChargeRecord::STANDING);
    record.set_transaction_id("f3d1b6a0-0000-4000-8000-000000000001");
    *record.mutable_amount() = request.amount();
    record.set_card_brand("visa");
    record.set_card_last_four("0454");
    if (!bad.ok()) co_return bad;
    pb::ChargeResponse reply;
    reply.set_transaction_id(record.transaction_id());
    reply.set_card_brand("visa");
    reply.set_card_last_four("0454");
    co_return reply;
  }
  rpc::Reply<pb::ChargeRecord> GetCharge(const rpc::CallContext&, const pb::GetChargeRequest& request) {
    if (auto bad = get.Next(); !bad.ok()) co_return bad;
    const auto found = records.find(request.idempotency_key());
    if (found == records.end()) co_return absl::NotFoundError("no charge");
    co_return found->second;
  }
  rpc::Reply<pb::ChargeRecord> Refund(const rpc::CallContext&, const pb::RefundRequest& request) {
    if (auto bad = refund.Next(); !bad.ok()) co_return bad;
    pb::ChargeRecord& record = records[request.idempotency_key()];
    record.set_state(pb::ChargeRecord::REFUNDED);
    co_return record;
  }
  int Standing() const {
    int count = 0;
    for (const auto& [key, record] : records) count += record.state() == pb::ChargeRecord::STANDING ? 1 : 0;
    return count;
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::PaymentService::AsyncService;
    server.Add<pb::PaymentService>(*this, rpc::Method<&Async::RequestCharge, &FakePayments::Charge>{},
                                   rpc::Method<&Async::RequestGetCharge, &FakePayments::GetCharge>{},
                                   rpc::Method<&Async::RequestRefund, &FakePayments::Refund>{});
  }
};

struct FakeEmail {
  Fallible send;
  std::atomic<int> sent{0};
  rpc::Reply<pb::Empty> SendOrderConfirmation(const rpc::CallContext&, const pb::SendOrderConfirmationRequest&) {
    ++sent;
    if (auto bad = send.Next(); !bad.ok()) co_return bad;
    co_return pb::Empty();
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::EmailService::AsyncService;
    server.Add<pb::EmailService>(
        *this, rpc::Method<&Async::RequestSendOrderConfirmation, &FakeEmail::SendOrderConfirmation>{});
  }
};

// Keeps orders as the contract says, in memory, and notes the states that each goes through.
struct FakeOrders {
  Fallible create, record, get, list;
  pb::OrderState fail_at = pb::ORDER_STATE_UNSPECIFIED;  // RecordStep to this state is UNAVAILABLE
  std::map<std::string, pb::Order> orders;               // by id
  std::vector<pb::OrderState> path;
  std::int64_t now_ms = base::SystemClock::Instance().NowMs();
  rpc::Reply<pb::CreateOrderResponse> CreateOrder(const rpc::CallContext&, const pb::CreateOrderRequest& request) {
    if (auto bad = create.Next(); !bad.ok()) co_return bad;
    pb::CreateOrderResponse reply;
    for (const auto& [id, order] : orders) {
      if (order.user_id() != request.order().user_id()) continue;
      if (order.idempotency_key() != request.order().idempotency_key()) continue;
      *reply.mutable_order() = order;
      co_return reply;
    }
    pb::Order& order = orders[request.order().order_id()];
    order = request.order();
    order.set_state(pb::PENDING);
    order.set_epoch(1);
    order.set_created_at_ms(now_ms);
    order.set_lease_until_ms(now_ms + order::LeaseMs(request.lease_ms()));
    path.push_back(pb::PENDING);
    *reply.mutable_order() = order;
    reply.set_created(true);
    co_return reply;
  }
  rpc::Reply<pb::Order> RecordStep(const rpc::CallContext&, const pb::RecordStepRequest& request) {
    if (auto bad = record.Next(); !bad.ok()) co_return bad;
    if (request.state() == fail_at) co_return absl::UnavailableError("the record is away");
    pb::Order& order = orders[request.order_id()];
    if (auto refused = order::TakeStep(request, now_ms, &order); !refused.ok()) co_return refused;
    if (!request.settled()) path.push_back(request.state());
    co_return order;
  }
  rpc::Reply<pb::ClaimStaleResponse> ClaimStale(const rpc::CallContext&, const pb::ClaimStaleRequest& request) {
    pb::ClaimStaleResponse reply;
    for (auto& [id, order] : orders) {
      if (!request.order_id().empty() && request.order_id() != id) continue;
      if (order::TakeOver(request.lease_ms(), now_ms, &order).ok()) *reply.add_orders() = order;
    }
    co_return reply;
  }
  rpc::Reply<pb::Order> GetOrder(const rpc::CallContext&, const pb::GetOrderRequest& request) {
    if (auto bad = get.Next(); !bad.ok()) co_return bad;
    for (const auto& [id, order] : orders) {
      if (order.user_id() == request.user_id() && order.idempotency_key() == request.idempotency_key()) co_return order;
    }
    co_return absl::NotFoundError("no order");
  }
  coro::Task<absl::Status> WatchOrder(const rpc::CallContext&, const pb::WatchOrderRequest&,
                                      rpc::StreamWriter<pb::Order>&) {
    co_return absl::UnimplementedError("");
  }
  rpc::Reply<pb::ListOrdersResponse> ListOrders(const rpc::CallContext&, const pb::ListOrdersRequest& request) {
    if (auto bad = list.Next(); !bad.ok()) co_return bad;
    pb::ListOrdersResponse reply;
    for (const auto& [id, order] : orders) {
      if (order.user_id() == request.user_id()) *reply.add_orders() = order;
    }
    co_return reply;
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::OrderService::AsyncService;
    server.Add<pb::OrderService>(*this, rpc::Method<&Async::RequestCreateOrder, &FakeOrders::CreateOrder>{},
                                 rpc::Method<&Async::RequestRecordStep, &FakeOrders::RecordStep>{},
                                 rpc::Method<&Async::RequestClaimStale, &FakeOrders::ClaimStale>{},
                                 rpc::Method<&Async::RequestGetOrder, &FakeOrders::GetOrder>{},
                                 rpc::Method<&Async::RequestListOrders, &FakeOrders::ListOrders>{},
                                 rpc::StreamMethod<&Async::RequestWatchOrder, &FakeOrders::WatchOrder>{});
  }
};

class FakeShop {
 public:
  explicit FakeShop(Lacking lacking = {}) {
    carts.RegisterWith(server_);
    catalog.RegisterWith(server_);
    exchange.RegisterWith(server_);
    shipping.RegisterWith(server_);
    payments.RegisterWith(server_);
    email.RegisterWith(server_);
    orders.RegisterWith(server_);
    checkout_.RegisterWith(server_);
    const auto started = server_.Start({}, [this, lacking] { peers_.Connect(server_, metrics_, lacking); });
    REQUIRE_OK(started);
  }
  ~FakeShop() {
    after_.AwaitIdle();
    server_.Shutdown(std::chrono::seconds(1));
  }

  void PutInCart(const std::string& product, int quantity = 1) {
    auto* item = carts.cart.add_items();
    item->set_product_id(product);
    item->set_quantity(quantity);
  }

  static pb::PlaceOrderRequest Request(const std::string& currency = "USD", const std::string& key = kKey) {
    pb::PlaceOrderRequest request;
    request.set_user_id("ada");
    request.set_user_currency(currency);
    request.set_email("ada@example.com");
    request.set_idempotency_key(key);
    auto* address = request.mutable_address();
    address->set_street_address("1 Main Street");
    address->set_city("Springfield");
    address->set_country("US");
    address->set_zip_code(12345);
    request.mutable_credit_card()->set_credit_card_number("4432801561520454");
    return request;
  }

  absl::StatusOr<pb::OrderResult> PlaceOrder(const pb::PlaceOrderRequest& request,
                                             std::chrono::milliseconds budget = std::chrono::seconds(20)) {
    return peers_.PlaceOrder(request, budget);
  }
  absl::StatusOr<pb::OrderResult> PlaceOrder(const std::string& currency = "USD") {
    return PlaceOrder(Request(currency));
  }
  // How many requests had this outcome.
  double Requests(const std::string& outcome) {
    return metrics_.Counter("checkout_orders_total", "", {{"outcome", outcome}}).Value();
  }
  // Until no confirmation is on its way.
  void AwaitConfirmations() { after_.AwaitIdle(); }

  FakeCarts carts;
  FakeCatalog catalog;
  FakeCurrency exchange;
  FakeShipping shipping;
  FakePayments payments;
  FakeEmail email;
  FakeOrders orders;

 private:
  telemetry::Metrics metrics_;
  coro::TaskScope after_;
  ShopPeers peers_;
  CheckoutService checkout_{peers_.clients(), after_, metrics_,
                            CheckoutOptions{.lease = std::chrono::milliseconds(1200)}};
  rpc::Server server_{rpc::ServerOptions{}, metrics_};
};

}  // namespace boutique::checkout
