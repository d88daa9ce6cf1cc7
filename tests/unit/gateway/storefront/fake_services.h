// SPDX-License-Identifier: Apache-2.0
// The services behind the pages, as fakes that count their calls, and fail or hang on demand.
// Threads: handlers run on one loop; tests change and read them when no call runs.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "hipstershop/ad.grpc.pb.h"
#include "hipstershop/cart.grpc.pb.h"
#include "hipstershop/checkout.grpc.pb.h"
#include "hipstershop/currency.grpc.pb.h"
#include "hipstershop/order.grpc.pb.h"
#include "hipstershop/product_catalog.grpc.pb.h"
#include "hipstershop/recommendation.grpc.pb.h"
#include "hipstershop/shipping.grpc.pb.h"
#include "platform/base/clock.h"
#include "platform/base/money.h"
#include "platform/rpc/server.h"
#include "platform/rpc/sleep.h"
#include "services/currency/exchange_rates.h"

namespace boutique::gateway {

namespace pb = ::hipstershop;

// A method's behaviour: counts its calls, hangs until its caller gives up, or answers a failure.
struct Behaviour {
  absl::Status failure;
  bool hangs = false;
  int calls = 0;

  coro::Task<absl::Status> Next(const rpc::CallContext& call) {
    ++calls;
    if (hangs) co_await rpc::Sleep(call, std::chrono::hours(1));
    co_return failure;
  }
};

struct FakeAds {
  Behaviour get;
  std::string url = "/product/MUG";
  rpc::Reply<pb::AdResponse> GetAds(const rpc::CallContext& call, const pb::AdRequest&) {
    const absl::Status failure = co_await get.Next(call);
    if (!failure.ok()) co_return failure;
    pb::AdResponse reply;
    reply.add_ads()->set_text("Mugs, three for two");
    reply.mutable_ads(0)->set_redirect_url(url);
    co_return reply;
  }
  void RegisterWith(rpc::Server& server) {
    server.Add<pb::AdService>(*this, rpc::Method<&pb::AdService::AsyncService::RequestGetAds, &FakeAds::GetAds>{});
  }
};

struct FakeCarts {
  Behaviour add, get, empty, set;
  pb::Cart cart;
  rpc::Reply<pb::Empty> AddItem(const rpc::CallContext& call, const pb::AddItemRequest& request) {
    const absl::Status failure = co_await add.Next(call);
    if (!failure.ok()) co_return failure;
    *cart.add_items() = request.item();
    co_return pb::Empty();
  }
  rpc::Reply<pb::Cart> GetCart(const rpc::CallContext& call, const pb::GetCartRequest&) {
    const absl::Status failure = co_await get.Next(call);
    if (!failure.ok()) co_return failure;
    co_return cart;
  }
  rpc::Reply<pb::Empty> EmptyCart(const rpc::CallContext& call, const pb::EmptyCartRequest&) {
    const absl::Status failure = co_await empty.Next(call);
    if (!failure.ok()) co_return failure;
    cart.Clear();
    co_return pb::Empty();
  }
  rpc::Reply<pb::Empty> SetItem(const rpc::CallContext& call, const pb::SetItemRequest& request) {
    const absl::Status failure = co_await set.Next(call);
    if (!failure.ok()) co_return failure;
    if (request.user_id().empty()) co_return absl::InvalidArgumentError("user_id: is required");
    for (auto& line : *cart.mutable_items()) {
      if (line.product_id() == request.item().product_id()) line.set_quantity(request.item().quantity());
    }
    co_return pb::Empty();
  }
  rpc::Reply<pb::Empty> RemoveOrdered(const rpc::CallContext&, const pb::RemoveOrderedRequest&) {
    co_return absl::UnimplementedError("");
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::CartService::AsyncService;
    server.Add<pb::CartService>(*this, rpc::Method<&Async::RequestAddItem, &FakeCarts::AddItem>{},
                                rpc::Method<&Async::RequestGetCart, &FakeCarts::GetCart>{},
                                rpc::Method<&Async::RequestEmptyCart, &FakeCarts::EmptyCart>{},
                                rpc::Method<&Async::RequestSetItem, &FakeCarts::SetItem>{},
                                rpc::Method<&Async::RequestRemoveOrdered, &FakeCarts::RemoveOrdered>{});
  }
};

struct FakeCatalog {
  Behaviour list, one, many, search;
  std::vector<pb::Product> products;
  bool knows_filters = true;
  pb::SearchProductsRequest last_search;

  void Sell(const std::string& id, const std::string& name, std::int64_t units, std::int32_t nanos,
            const std::string& category) {
    pb::Product product;
    product.set_id(id);
    product.set_name(name);
    product.set_description(absl::StrCat("A good ", name, "."));
    product.set_picture("/static/img/products/mug.jpg");
    base::Money{"USD", units, nanos}.CopyTo(product.mutable_price_usd());
    product.add_categories(category);
    products.push_back(product);
  }
  absl::StatusOr<pb::Product> Find(const std::string& id) const {
    for (const auto& product : products) {
      if (product.id() == id) return product;
    }
    return absl::NotFoundError("no product with that ID");
  }
  rpc::Reply<pb::ListProductsResponse> ListProducts(const rpc::CallContext& call, const pb::Empty&) {
    const absl::Status failure = co_await list.Next(call);
    if (!failure.ok()) co_return failure;
    pb::ListProductsResponse reply;
    reply.mutable_products()->Assign(products.begin(), products.end());
    co_return reply;
  }
  rpc::Reply<pb::Product> GetProduct(const rpc::CallContext& call, const pb::GetProductRequest& request) {
    const absl::Status failure = co_await one.Next(call);
    if (!failure.ok()) co_return failure;
    co_return Find(request.id());
  }
  rpc::Reply<pb::GetProductsResponse> GetProducts(const rpc::CallContext& call,
                                                  const pb::GetProductsRequest& request) {
    const absl::Status failure = co_await many.Next(call);
    if (!failure.ok()) co_return failure;
    pb::GetProductsResponse reply;
    for (const std::string& id : request.ids()) {
      const auto product = Find(id);
      if (product.ok()) *reply.add_products() = *product;
      if (!product.ok()) reply.add_missing_ids(id);
    }
    co_return reply;
  }
  rpc::Reply<pb::SearchProductsResponse> SearchProducts(const rpc::CallContext& call,
                                                        const pb::SearchProductsRequest& request) {
    const absl::Status failure = co_await search.Next(call);
    if (!failure.ok()) co_return failure;
    last_search = request;
    pb::SearchProductsResponse reply;
    for (const auto& product : products) {
      if (product.name().find(request.query()) == std::string::npos) continue;
      const auto price = base::Money::Of(product.price_usd());
      const auto least = base::Money::Of(request.min_price_usd());
      const auto most = base::Money::Of(request.max_price_usd());
      if (knows_filters && request.has_min_price_usd() && base::Compare(price, least) < 0) continue;
      if (knows_filters && request.has_max_price_usd() && base::Compare(price, most) > 0) continue;
      *reply.add_results() = product;
    }
    if (knows_filters) reply.set_total_size(reply.results_size());
    co_return reply;
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::ProductCatalogService::AsyncService;
    server.Add<pb::ProductCatalogService>(
        *this, rpc::Method<&Async::RequestListProducts, &FakeCatalog::ListProducts>{},
        rpc::Method<&Async::RequestGetProduct, &FakeCatalog::GetProduct>{},
        rpc::Method<&Async::RequestSearchProducts, &FakeCatalog::SearchProducts>{},
        rpc::Method<&Async::RequestGetProducts, &FakeCatalog::GetProducts>{});
  }
};

struct FakeCurrency {
  Behaviour supported, one, many;
  currency::ExchangeRates rates = currency::ExchangeRates::Reference();
  rpc::Reply<pb::GetSupportedCurrenciesResponse> GetSupportedCurrencies(const rpc::CallContext& call,
                                                                        const pb::Empty&) {
    const absl::Status failure = co_await supported.Next(call);
    if (!failure.ok()) co_return failure;
    pb::GetSupportedCurrenciesResponse reply;
    for (const std::string& code : rates.codes()) reply.add_currency_codes(code);
    co_return reply;
  }
  rpc::Reply<pb::Money> Convert(const rpc::CallContext& call, const pb::CurrencyConversionRequest& request) {
    const absl::Status failure = co_await one.Next(call);
    if (!failure.ok()) co_return failure;
    const auto converted = rates.Convert(base::Money::Of(request.from()), request.to_code());
    if (!converted.ok()) co_return converted.status();
    pb::Money reply;
    converted->CopyTo(&reply);
    co_return reply;
  }
  rpc::Reply<pb::ConvertManyResponse> ConvertMany(const rpc::CallContext& call, const pb::ConvertManyRequest& request) {
    const absl::Status failure = co_await many.Next(call);
    if (!failure.ok()) co_return failure;
    pb::ConvertManyResponse reply;
    for (const pb::Money& amount : request.from()) {
      const auto converted = rates.Convert(base::Money::Of(amount), request.to_code());
      if (!converted.ok()) co_return converted.status();
      converted->CopyTo(reply.add_converted());
    }
    co_return reply;
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::CurrencyService::AsyncService;
    server.Add<pb::CurrencyService>(
        *this, rpc::Method<&Async::RequestGetSupportedCurrencies, &FakeCurrency::GetSupportedCurrencies>{},
        rpc::Method<&Async::RequestConvert, &FakeCurrency::Convert>{},
        rpc::Method<&Async::RequestConvertMany, &FakeCurrency::ConvertMany>{});
  }
};

struct FakeRecommendations {
  Behaviour list;
  std::vector<std::string> ids;
  rpc::Reply<pb::ListRecommendationsResponse> ListRecommendations(const rpc::CallContext& call,
                                                                  const pb::ListRecommendationsRequest&) {
    const absl::Status failure = co_await list.Next(call);
    if (!failure.ok()) co_return failure;
    pb::ListRecommendationsResponse reply;
    for (const std::string& id : ids) reply.add_product_ids(id);
    co_return reply;
  }
  void RegisterWith(rpc::Server& server) {
    server.Add<pb::RecommendationService>(
        *this, rpc::Method<&pb::RecommendationService::AsyncService::RequestListRecommendations,
                           &FakeRecommendations::ListRecommendations>{});
  }
};

struct FakeShipping {
  Behaviour quote;
  rpc::Reply<pb::GetQuoteResponse> GetQuote(const rpc::CallContext& call, const pb::GetQuoteRequest&) {
    const absl::Status failure = co_await quote.Next(call);
    if (!failure.ok()) co_return failure;
    pb::GetQuoteResponse reply;
    base::Money{"USD", 8, 990000000}.CopyTo(reply.mutable_cost_usd());
    co_return reply;
  }
  rpc::Reply<pb::ShipOrderResponse> ShipOrder(const rpc::CallContext&, const pb::ShipOrderRequest&) {
    co_return absl::UnimplementedError("");
  }
  rpc::Reply<pb::Shipment> GetShipment(const rpc::CallContext&, const pb::GetShipmentRequest&) {
    co_return absl::UnimplementedError("");
  }
  rpc::Reply<pb::Shipment> CancelShipment(const rpc::CallContext&, const pb::CancelShipmentRequest&) {
    co_return absl::UnimplementedError("");
  }
  void RegisterWith(rpc::Server& server) {
    using Async = pb::ShippingService::AsyncService;
    server.Add<pb::ShippingService>(*this, rpc::Method<&Async::RequestGetQuote, &FakeShipping::GetQuote>{},
                                    rpc::Method<&Async::RequestShipOrder, &FakeShipping::ShipOrder>{},
                                    rpc::Method<&Async::RequestGetShipment, &FakeShipping::GetShipment>{},
                                    rpc::Method<&Async::RequestCancelShipment, &FakeShipping::CancelShipment>{});
  }
};

struct FakeOrders {
  Behaviour get, list, watch;
  std::vector<pb::Order> orders;
  std::vector<pb::OrderState> coming;  // what becomes of an order that is watched, one after the other
  bool stays = false;                  // the watch goes on after that
  rpc::Reply<pb::CreateOrderResponse> CreateOrder(const rpc::CallContext&, const pb::CreateOrderRequest&) {
    co_return absl::UnimplementedError("");
  }
  rpc::Reply<pb::Order> RecordStep(const rpc::CallContext&, const pb::RecordStepRequest&) {
    co_return absl::UnimplementedError("");
  }
  rpc::Reply<pb::ClaimStaleResponse> ClaimStale(const rpc::CallContext&, const pb::ClaimStaleRequest&) {
    co_return absl::UnimplementedError("");
  }
  rpc::Reply<pb::Order> GetOrder(const rpc::CallContext& call, const pb::GetOrderRequest& request) {
    const absl::Status failure = co_await get.Next(call);
    if (!failure.ok()) co_return failure;
    for (const pb::Order& order : orders) {
      const bool found = request.idempotency_key().empty() ? order.order_id() == request.order_id()
                                                           : order.idempotency_key() == request.idempotency_key();
      if (found && order.user_id() == request.user_id()) co_return order;
    }
    co_return absl::NotFoundError("no such order");
  }
  rpc::Reply<pb::ListOrdersResponse> ListOrders(const rpc::CallContext& call, const pb::ListOrdersRequest& request) {
    const absl::Status failure = co_await list.Next(call);
    if (!failure.ok()) co_return failure;
    pb::ListOrdersResponse reply;
    for (const pb::Order& order : orders) {
      if (order.user_id() == request.user_id()) *reply.add_orders() = order;
    }
    co_return reply;
  }
  coro::Task<absl::Status> WatchOrder(const rpc::CallContext& call, const pb::WatchOrderRequest& request,
                                      rpc::StreamWriter<pb::Order>& writer) {
    const absl::Status failure = co_await watch.Next(call);
    if (!failure.ok()) co_return failure;
    for (pb::Order order : orders) {
      if (order.order_id() != request.order_id() || order.user_id() != request.user_id()) continue;
      co_await writer.Write(order);
      for (const pb::OrderState state : coming) {
        order.set_state(state);
        co_await writer.Write(order);
      }
      if (stays) co_await rpc::Sleep(call, std::chrono::hours(1));
      co_return absl::OkStatus();
    }
    co_return absl::NotFoundError("no such order");
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

// Places orders in FakeOrders, unless told to fail before or after it has.
struct FakeCheckout {
  explicit FakeCheckout(FakeOrders& kept) : kept(kept) {}
  FakeOrders& kept;
  Behaviour place;
  bool keeps = true;          // an order service knows of it
  bool places_first = false;  // the answer is lost, the order is not
  pb::OrderState state = pb::CONFIRMED;
  pb::Money postage = Dollars(8, 990000000);
  pb::PlaceOrderRequest last;

  rpc::Reply<pb::PlaceOrderResponse> PlaceOrder(const rpc::CallContext& call, const pb::PlaceOrderRequest& request) {
    last = request;
    if (places_first) Keep(request);
    const absl::Status failure = co_await place.Next(call);
    if (!failure.ok()) co_return failure;
    if (keeps && !places_first) Keep(request);
    pb::PlaceOrderResponse reply;
    reply.mutable_order()->set_order_id("order-1");
    *reply.mutable_order()->mutable_shipping_address() = request.address();
    *reply.mutable_order()->mutable_shipping_cost() = postage;
    co_return reply;
  }
  void Keep(const pb::PlaceOrderRequest& request) {
    pb::Order order;
    order.set_order_id("order-1");
    order.set_user_id(request.user_id());
    order.set_idempotency_key(request.idempotency_key());
    order.set_state(state);
    order.set_email(request.email());
    *order.mutable_total() = Dollars(17, 980000000);
    *order.mutable_shipping_cost() = postage;
    *order.mutable_shipping_address() = request.address();
    order.set_created_at_ms(base::SystemClock::Instance().NowMs());
    kept.orders.push_back(order);
  }
  static pb::Money Dollars(std::int64_t units, std::int32_t nanos) {
    pb::Money money;
    base::Money{"USD", units, nanos}.CopyTo(&money);
    return money;
  }
  void RegisterWith(rpc::Server& server) {
    server.Add<pb::CheckoutService>(
        *this, rpc::Method<&pb::CheckoutService::AsyncService::RequestPlaceOrder, &FakeCheckout::PlaceOrder>{});
  }
};

}  // namespace boutique::gateway
