// SPDX-License-Identifier: Apache-2.0
// How long a buyer's way to an order is, counted: the calls that follow one another, and the commits.
#include <algorithm>
#include <mutex>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "platform/storage/postgres/database.h"
#include "services/cart/cart_service.h"
#include "services/cart/memory_cart_store.h"
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
#include "support/postgres_server.h"
#include "unit/services/checkout/fake_shop.h"

namespace boutique::checkout {
namespace {

using testing::PostgresServer;
using Moment = std::chrono::system_clock::time_point;

constexpr std::size_t kMostCalls = 12;
constexpr std::int64_t kMostCommits = 6;

struct CallMade {
  std::string method;
  Moment start;
  Moment end;
};

// As many of the calls as there are that follow one another: of those that overlap, one.
std::vector<CallMade> LongestChain(std::vector<CallMade> calls) {
  std::sort(calls.begin(), calls.end(), [](const CallMade& a, const CallMade& b) { return a.end < b.end; });
  std::vector<CallMade> chain;
  for (CallMade& call : calls) {
    if (chain.empty() || call.start >= chain.back().end) chain.push_back(std::move(call));
  }
  return chain;
}

// Learns of each call when it has its answer, on the loop on which everything runs. When PlaceOrder has its own,
// whatever else has ended by then was waited for, and nothing that follows has been begun at a service.
class Witness final : public telemetry::SpanSink {
 public:
  explicit Witness(std::string url) : url_(std::move(url)) {}

  void Record(telemetry::Span span) override {
    const std::lock_guard lock(mutex_);
    if (has_answer_) return;
    if (span.kind == telemetry::SpanKind::kClient) {
      calls_.push_back({std::string(span.method), span.start, span.end});
    } else if (span.method == "PlaceOrder") {
      has_answer_ = true;
      last_transaction_ = NextTransaction();
    }
  }
  void Begin() {
    const std::lock_guard lock(mutex_);
    calls_.clear();
    has_answer_ = false;
    first_transaction_ = NextTransaction();
  }
  std::vector<CallMade> calls() {
    const std::lock_guard lock(mutex_);
    return calls_;
  }
  std::int64_t commits() {
    const std::lock_guard lock(mutex_);
    return last_transaction_ - first_transaction_;
  }

 private:
  // Of the transactions, only those that write anything get a number.
  std::int64_t NextTransaction() const {
    std::int64_t number = 0;
    const std::string answer = PostgresServer::Do(url_, "SELECT pg_snapshot_xmax(pg_current_snapshot())");
    return absl::SimpleAtoi(answer, &number) ? number : 0;
  }

  const std::string url_;
  std::mutex mutex_;
  std::vector<CallMade> calls_;
  bool has_answer_ = true;
  std::int64_t first_transaction_ = 0;
  std::int64_t last_transaction_ = 0;
};

// The real services with their stores in PostgreSQL, the carts in memory, on one loop.
class WitnessedShop {
 public:
  WitnessedShop() {
    carts_.RegisterWith(server_);
    catalog_.RegisterWith(server_);
    exchange_.RegisterWith(server_);
    shipping_.RegisterWith(server_);
    payments_.RegisterWith(server_);
    email_.RegisterWith(server_);
    orders_.RegisterWith(server_);
    checkout_.RegisterWith(server_);
    const auto started = server_.Start({}, [this] { peers_.Connect(server_, metrics_, {}, &witness); });
    REQUIRE_OK(started);
  }
  ~WitnessedShop() {
    after_.AwaitIdle();
    server_.Shutdown(std::chrono::seconds(1));
  }

  void Order(const std::string& key) {
    for (const char* product : {"MUG", "WATCH", "PIN"}) {
      pb::CartItem item;
      item.set_product_id(product);
      item.set_quantity(2);
      REQUIRE_OK(coro::SyncWait(cart_store_.Add(rpc::CallContext(), "ada", item)));
    }
    auto request = FakeShop::Request("EUR", key);
    request.mutable_credit_card()->set_credit_card_cvv(672);
    request.mutable_credit_card()->set_credit_card_expiration_year(2039);
    request.mutable_credit_card()->set_credit_card_expiration_month(1);
    after_.AwaitIdle();
    witness.Begin();
    REQUIRE_OK(peers_.PlaceOrder(request, std::chrono::seconds(20)));
  }

 private:
  static std::unique_ptr<postgres::Database> Open(const std::string& url, const sql::Schema& schema) {
    auto opened = postgres::Database::Open(*postgres::ParseUrl(url), schema, 4);
    REQUIRE_OK(opened);
    return *std::move(opened);
  }

  // Vacuuming would be counted, too.
  PostgresServer server_of_stores_{{.durable = true, .settings = {"autovacuum=off"}}};
  const std::string url_ = server_of_stores_.NewDatabase();
  telemetry::Metrics metrics_;
  coro::TaskScope after_;
  cart::MemoryCartStore cart_store_{std::chrono::hours(1)};
  std::unique_ptr<postgres::Database> charges_ = Open(url_, payment::ChargeSchema());
  std::unique_ptr<postgres::Database> shipments_ = Open(url_, shipping::ShipmentSchema());
  std::unique_ptr<postgres::Database> kept_orders_ = Open(url_, order::OrderSchema());
  payment::SqlChargeStore charge_store_{*charges_};
  payment::SimulatedProcessor processor_;
  shipping::SqlShipmentStore shipment_store_{*shipments_};
  order::SqlOrderStore order_store_{*kept_orders_};
  cart::CartService carts_{cart_store_};
  FakeCatalog catalog_;
  FakeCurrency exchange_;
  shipping::ShippingService shipping_{shipment_store_};
  payment::PaymentService payments_{charge_store_, processor_};
  FakeEmail email_;
  order::OrderService orders_{order_store_, metrics_};
  ShopPeers peers_;
  CheckoutService checkout_{peers_.clients(), after_, metrics_};

 public:
  Witness witness{url_};

 private:
  rpc::Server server_{rpc::ServerOptions{.spans = &witness}, metrics_};
};

TEST_CASE("an order takes at most 12 calls one after the other, and 6 commits", "[checkout]") {
  WitnessedShop shop;
  // The second follows one whose goods have left the cart, as most do.
  for (const char* key : {"first-0123456789abcdef", "second-0123456789abcdef"}) {
    shop.Order(key);
    const std::vector<CallMade> calls = shop.witness.calls();
    const std::vector<CallMade> chain = LongestChain(calls);
    const auto name = [](std::string* out, const CallMade& call) { absl::StrAppend(out, call.method); };
    INFO(absl::StrCat(chain.size(), " of ", calls.size(), " calls: ", absl::StrJoin(chain, ", ", name), "; ",
                      shop.witness.commits(), " commits"));
    CHECK(chain.size() <= kMostCalls);
    CHECK(shop.witness.commits() <= kMostCommits);
    // What the saga's log cannot do without: an order, a charge, a parcel and the order's end.
    CHECK(chain.size() >= 4);
    CHECK(shop.witness.commits() >= 4);
    // Whatever is to be known first, and the prices and the postage, are asked for at the same time.
    CHECK(calls.size() > chain.size());
  }
}

TEST_CASE("calls that overlap are one link of the longest chain", "[checkout]") {
  const auto call = [](const char* method, int start, int end) {
    const Moment begin;
    return CallMade{method, begin + std::chrono::milliseconds(start), begin + std::chrono::milliseconds(end)};
  };
  const auto chain = LongestChain({call("a", 0, 10), call("while a", 1, 12), call("b", 12, 20), call("c", 20, 21),
                                   call("while b and c", 13, 22), call("d", 22, 23)});
  std::string names;
  for (const CallMade& each : chain) names += each.method;
  CHECK(names == "abcd");
}

}  // namespace
}  // namespace boutique::checkout
