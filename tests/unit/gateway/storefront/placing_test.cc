// SPDX-License-Identifier: Apache-2.0
#include "gateway/placing.h"

#include <atomic>
#include <optional>

#include "absl/strings/match.h"
#include "support/tcp_proxy.h"
#include "unit/gateway/storefront/fake_shop.h"

namespace boutique::gateway {

// A checkout whose connections end while it works on an order.
class CutOff {
 public:
  explicit CutOff(const std::string& host = "127.0.0.1") {
    server_.Add<pb::CheckoutService>(
        *this, rpc::Method<&pb::CheckoutService::AsyncService::RequestPlaceOrder, &CutOff::PlaceOrder>{});
    const auto port = server_.Start("127.0.0.1:0");
    REQUIRE_OK(port);
    proxy_.emplace(*port);
    checkout_.Connect(rpc::Connect(absl::StrCat(host, ":", proxy_->port())), metrics_);
  }
  ~CutOff() { server_.Shutdown(std::chrono::seconds(1)); }
  rpc::Reply<pb::PlaceOrderResponse> PlaceOrder(const rpc::CallContext&, const pb::PlaceOrderRequest&) {
    ++calls;
    proxy_->Cut();
    co_return pb::PlaceOrderResponse();
  }
  void Refuse() { proxy_->Refuse(true); }
  // The same clients, but for the checkout's.
  Clients Instead(const Clients& of) {
    return {.carts = of.carts,
            .catalog = of.catalog,
            .currency = of.currency,
            .recommendations = of.recommendations,
            .ads = of.ads,
            .shipping = of.shipping,
            .checkout = checkout_,
            .orders = of.orders};
  }

  std::atomic<int> calls{0};

 private:
  telemetry::Metrics metrics_;
  std::optional<testing::TcpProxy> proxy_;
  rpc::Client<pb::CheckoutService> checkout_;
  rpc::Server server_{rpc::ServerOptions{}, metrics_};
};

namespace {

constexpr char kKey[] = "0123456789abcdef";

pb::PlaceOrderRequest Request() {
  pb::PlaceOrderRequest request;
  request.set_user_id("ada");
  request.set_idempotency_key(kKey);
  return request;
}

struct Case {
  absl::Status failure;
  Outcome outcome;
};

}  // namespace

TEST_CASE_METHOD(FakeShop, "a placed order is on record", "[placing]") {
  const auto placement = Run(Place(clients, call, Request()));
  CHECK(placement.outcome == Outcome::kOnRecord);
  CHECK(placement.order_id == "order-1");
}

TEST_CASE_METHOD(FakeShop, "an order that no service keeps is shown from the answer", "[placing]") {
  checkout.keeps = false;
  const auto placement = Run(Place(clients, call, Request()));
  CHECK(placement.outcome == Outcome::kPlaced);
  CHECK(placement.order.order_id() == "order-1");
}

TEST_CASE_METHOD(FakeShop, "each refusal has its outcome", "[placing]") {
  const Case cases[] = {
      {absl::FailedPreconditionError("the card was declined"), Outcome::kDeclined},
      {absl::FailedPreconditionError("the account has insufficient funds"), Outcome::kInsufficientFunds},
      {absl::FailedPreconditionError("the cart is empty"), Outcome::kRefused},
      {absl::FailedPreconditionError("the cart must have 1 to 1000 of product MUG"), Outcome::kRefused},
      {absl::FailedPreconditionError("product MUG is no longer sold"), Outcome::kRefused},
      {absl::AbortedError("the total is now USD 18.00"), Outcome::kTotalChanged},
      {absl::InvalidArgumentError("credit_card.credit_card_number: is not valid"), Outcome::kInvalid},
      {absl::InvalidArgumentError("user_currency: 'XAF' is not supported"), Outcome::kTotalChanged},
      {absl::UnavailableError("cart failure: away"), Outcome::kNotPlaced},
      {absl::InternalError("catalog failure: wrong"), Outcome::kNotPlaced},
      {absl::UnavailableError("currency failure: away"), Outcome::kNotPlaced},
      {absl::UnavailableError("shipping quote failure: away"), Outcome::kNotPlaced},
      {absl::UnavailableError("another order of this buyer is still being worked on"), Outcome::kNotPlaced},
      {absl::ResourceExhaustedError("the server is busy"), Outcome::kNotPlaced},
      {absl::UnavailableError("the server is stopping"), Outcome::kNotPlaced},
      {absl::PermissionDeniedError("RBAC: access denied"), Outcome::kNotPlaced},
      {absl::UnavailableError("no healthy upstream"), Outcome::kNotPlaced},
      {absl::UnavailableError("order failure: away"), Outcome::kUnknown},
      {absl::UnavailableError("order failure: failed to connect to all addresses"), Outcome::kUnknown},
      {absl::UnavailableError("Socket closed"), Outcome::kUnknown},
      {absl::UnavailableError("upstream connect error or disconnect/reset before headers. reset reason: connection "
                              "termination"),
       Outcome::kUnknown},
      {absl::UnavailableError("upstream connect error or disconnect/reset before headers. retried and the latest reset "
                              "reason: remote connection failure"),
       Outcome::kUnknown},
      {absl::InternalError("Received RST_STREAM with error code 2"), Outcome::kUnknown},
      {absl::ResourceExhaustedError("Received message larger than max"), Outcome::kUnknown},
      {absl::UnknownError("Stream removed"), Outcome::kUnknown},
      {absl::InternalError("failed to charge card: declined"), Outcome::kDeclined},
      {absl::DeadlineExceededError("too slow"), Outcome::kUnknown},
  };
  for (const Case& one : cases) {
    INFO(one.failure.ToString());
    checkout.place.failure = one.failure;
    CHECK(Run(Place(clients, call, Request())).outcome == one.outcome);
  }
}

TEST_CASE_METHOD(FakeShop, "a refusal names the field that it is about", "[placing]") {
  const std::pair<const char*, const char*> cases[] = {
      {"credit_card.credit_card_number: is not valid", "credit_card_number"},
      {"credit_card.credit_card_expiration_month: the card expired", "credit_card_expiration_month"},
      {"credit_card.credit_card_cvv: is required", "credit_card_cvv"},
      {"address.city: is required", "city"},
      {"address.state: is too long", "state"},
      {"address.postal_code: is too long", "zip_code"},
      {"email: is not an e-mail address", "email"},
  };
  for (const auto& [message, field] : cases) {
    INFO(message);
    checkout.place.failure = absl::InvalidArgumentError(message);
    const auto placement = Run(Place(clients, call, Request()));
    REQUIRE(placement.problems.size() == 1);
    CHECK(placement.problems[0].field == field);
  }
}

TEST_CASE_METHOD(FakeShop, "a shop that charges test cards only says so", "[placing]") {
  checkout.place.failure = absl::InvalidArgumentError(
      "credit_card.credit_card_number: only Stripe's test cards can be charged here, such as 4242 4242 4242 4242");
  const auto placement = Run(Place(clients, call, Request()));
  REQUIRE(placement.problems.size() == 1);
  CHECK(placement.problems[0].field == "credit_card_number");
  CHECK(absl::StrContains(placement.problems[0].sentence, "test cards"));
  CHECK(absl::StrContains(placement.problems[0].sentence, "4242 4242 4242 4242"));
}

TEST_CASE_METHOD(FakeShop, "an order whose answer got lost is found by its key", "[placing]") {
  checkout.places_first = true;
  checkout.place.failure = absl::UnavailableError("the connection broke");
  SECTION("it is complete") {
    const auto placement = Run(Place(clients, call, Request()));
    CHECK(placement.outcome == Outcome::kOnRecord);
    CHECK(placement.order_id == "order-1");
  }
  SECTION("it is being worked on") {
    checkout.state = pb::CHARGING;
    CHECK(Run(Place(clients, call, Request())).outcome == Outcome::kUnknown);
  }
  SECTION("it was given up") {
    checkout.state = pb::CANCELLED;
    CHECK(Run(Place(clients, call, Request())).outcome == Outcome::kNotPlaced);
  }
  SECTION("it was paid back: its page says so") {
    checkout.state = pb::REFUNDED;
    CHECK(Run(Place(clients, call, Request())).outcome == Outcome::kOnRecord);
  }
  SECTION("nobody can tell") {
    orders.get.failure = absl::UnavailableError("away");
    CHECK(Run(Place(clients, call, Request())).outcome == Outcome::kUnknown);
  }
  CHECK(checkout.place.calls == 1);  // it is never sent again
}

TEST_CASE_METHOD(FakeShop, "an order whose connection ended may be on its way still", "[placing]") {
  CutOff cut_off;
  const Clients through = cut_off.Instead(clients);
  CHECK(Run(Place(through, call, Request())).outcome == Outcome::kUnknown);
  CHECK(cut_off.calls == 1);
}

TEST_CASE_METHOD(FakeShop, "an order that no checkout ever saw was certainly not placed", "[placing]") {
  CutOff cut_off(GENERATE(as<std::string>(), "127.0.0.1", "dns:///localhost"));
  const Clients through = cut_off.Instead(clients);
  cut_off.Refuse();
  CHECK(Run(Place(through, call, Request())).outcome == Outcome::kNotPlaced);
  CHECK(cut_off.calls == 0);
}

TEST_CASE_METHOD(FakeShop, "an order that never answers is looked up when its time is over", "[placing]") {
  checkout.places_first = true;
  checkout.place.hangs = true;
  const auto brief = call.Within(std::chrono::milliseconds(100));
  CHECK(Run(Place(clients, brief, Request())).outcome == Outcome::kOnRecord);
}

TEST_CASE("without an order service the original's words tell what is certain", "[placing]") {
  FakeShop shop(Connected{.orders = false});
  const Case cases[] = {
      {absl::InternalError("cart failure: away"), Outcome::kNotPlaced},
      {absl::InternalError("failed to prepare order: away"), Outcome::kNotPlaced},
      {absl::InternalError("shipping quote failure: away"), Outcome::kNotPlaced},
      {absl::InternalError("failed to charge card: invalid"), Outcome::kDeclined},
      {absl::UnavailableError("shipping error: away"), Outcome::kUnknown},
      {absl::UnavailableError("the connection broke"), Outcome::kUnknown},
  };
  for (const Case& one : cases) {
    INFO(one.failure.ToString());
    shop.checkout.place.failure = one.failure;
    CHECK(shop.Run(Place(shop.clients, shop.call, Request())).outcome == one.outcome);
  }
  shop.checkout.place.failure = absl::OkStatus();
  CHECK(shop.Run(Place(shop.clients, shop.call, Request())).outcome == Outcome::kPlaced);
}

}  // namespace boutique::gateway
