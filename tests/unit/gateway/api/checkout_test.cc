// SPDX-License-Identifier: Apache-2.0
#include "platform/base/ids.h"
#include "unit/gateway/api/api_shop.h"

namespace boutique::gateway {
namespace {

using nlohmann::json;

struct Checkout : ApiShop {
  explicit Checkout(Connected connected = {}) : ApiShop(connected) { PutInCart("MUG"); }

  json body = json::parse(R"({
    "email": "ada@example.com",
    "address": {"streetAddress": "1 Main Street", "city": "Springfield", "state": "MA", "country": "US",
                "postalCode": "01101"},
    "creditCard": {"creditCardNumber": "4432-8015-6152-0454", "creditCardCvv": 672,
                   "creditCardExpirationYear": 2039, "creditCardExpirationMonth": 1}})");

  Reply Order(const std::string& key = kKey, const char* path = "/api/v1/checkout") {
    std::vector<http::Header> headers = {{"Cookie", std::string("shop_session-id=") + kAda}};
    if (!key.empty()) headers.emplace_back("Idempotency-Key", key);
    return Send("POST", path, body.dump(), std::move(headers));
  }
};
struct CheckoutWithoutRecord : Checkout {
  CheckoutWithoutRecord() : Checkout(Connected{.orders = false}) {}
};

TEST_CASE("a shop without a checkout says that it does not take orders, not that it will later", "[api]") {
  Checkout shop(Connected{.orders = false, .checkout = false});
  for (const char* const path : {"/api/v1/checkout", "/create-order"}) {
    const Reply reply = shop.Order(kKey, path);
    CHECK(reply.status == 501);
    CHECK(reply.response.HeaderOf("Retry-After").empty());
  }
}

TEST_CASE_METHOD(Checkout, "an order is created and says where it is", "[api]") {
  const Reply reply = Order();
  REQUIRE(reply.status == 201);
  CHECK(reply.response.HeaderOf("Location") == "/api/v1/orders/order-1");
  CHECK(reply.body["orderId"] == "order-1");
  CHECK(reply.body["state"] == "CONFIRMED");
  CHECK(reply.body["total"] == json({{"currencyCode", "USD"}, {"units", "17"}, {"nanos", 980000000}}));
  CHECK(reply.body["shippingAddress"]["postalCode"] == "01101");
  CHECK(checkout.last.user_id() == kAda);
  CHECK(checkout.last.user_currency() == "USD");
  CHECK(checkout.last.idempotency_key() == kKey);
  CHECK(checkout.last.credit_card().credit_card_cvv() == 672);
  CHECK_FALSE(checkout.last.has_expected_total());
}

TEST_CASE_METHOD(Checkout, "an answer holds neither session, nor key, nor card", "[api]") {
  const Reply reply = Order();
  for (const char* const secret : {kAda, kKey, "4432", "fingerprint", "672", "epoch", "userId"}) {
    CAPTURE(secret);
    CHECK(reply.text.find(secret) == std::string::npos);
  }
}

TEST_CASE_METHOD(Checkout, "currency and expected total are passed on", "[api]") {
  body["currency"] = "EUR";
  body["expectedTotal"] = {{"currencyCode", "EUR"}, {"units", 15}, {"nanos", 900000000}};
  Order();
  CHECK(checkout.last.user_currency() == "EUR");
  CHECK(base::Money::Of(checkout.last.expected_total()) == base::Money{"EUR", 15, 900000000});
}

TEST_CASE_METHOD(Checkout, "a postal code may come as a number", "[api]") {
  body["address"].erase("postalCode");
  body["address"]["zipCode"] = 94043;
  REQUIRE(Order().status == 201);
  CHECK(checkout.last.address().postal_code() == "94043");
  CHECK(checkout.last.address().zip_code() == 94043);
}

TEST_CASE_METHOD(Checkout, "D2: a repeat gets the same answer and makes no second order", "[api]") {
  const Reply first = Order();
  const Reply second = Order();
  CHECK(second.status == 201);
  CHECK(second.text == first.text);
  CHECK(second.response.HeaderOf("Location") == first.response.HeaderOf("Location"));
}

TEST_CASE_METHOD(Checkout, "an order needs a key that names it", "[api]") {
  for (const char* const key : {"", "short", "0123456789abcde", "0123456789 abcdef"}) {
    CAPTURE(key);
    const Reply reply = Order(key);
    CHECK(reply.status == 400);
    CHECK(reply.Faults().rfind("Idempotency-Key: ", 0) == 0);
  }
  CHECK(Order(std::string(65, 'k')).status == 400);
  CHECK(Order(std::string(64, 'k')).status == 201);
  CHECK(checkout.place.calls == 1);
}

TEST_CASE_METHOD(Checkout, "a key that was used for other details is a conflict", "[api]") {
  REQUIRE(Order().status == 201);
  checkout.place.failure = absl::AlreadyExistsError("idempotency_key: was used for an order with other details");
  for (const char* const change : {"email", "street", "total"}) {
    CAPTURE(change);
    const json as_it_was = body;
    if (*change == 'e') body["email"] = "bob@example.com";
    if (*change == 's') body["address"]["streetAddress"] = "2 Main Street";
    if (*change == 't') body["expectedTotal"] = {{"currencyCode", "USD"}, {"units", 1}};
    const Reply reply = Order();
    CHECK(reply.status == 409);
    CHECK(reply.Problem() == "idempotency-key-reused");
    body = as_it_was;
  }
}

TEST_CASE_METHOD(Checkout, "every field that is wrong is named, and nothing is ordered", "[api]") {
  body = json::object();
  const Reply reply = Order();
  CHECK(reply.status == 400);
  CHECK(reply.Problem() == "invalid-input");
  std::vector<std::string> fields;
  for (const json& fault : reply.body["errors"]) fields.push_back(fault["field"]);
  CHECK(fields == std::vector<std::string>{"email", "address.streetAddress", "address.postalCode", "address.city",
                                           "address.state", "address.country", "creditCard.creditCardNumber",
                                           "creditCard.creditCardExpirationMonth",
                                           "creditCard.creditCardExpirationYear", "creditCard.creditCardCvv"});
  CHECK(checkout.place.calls == 0);
}

TEST_CASE_METHOD(Checkout, "a wrong card is refused before it is charged, and not repeated", "[api]") {
  body["creditCard"]["creditCardNumber"] = "4432801561520455";
  const Reply mistyped = Order();
  CHECK(mistyped.status == 400);
  CHECK(mistyped.Faults().rfind("creditCard.creditCardNumber: ", 0) == 0);
  CHECK(mistyped.text.find("0455") == std::string::npos);
  body["creditCard"]["creditCardNumber"] = "4432801561520454";
  body["creditCard"]["creditCardExpirationYear"] = 2020;
  CHECK(Order().Faults().rfind("creditCard.creditCardExpirationMonth: ", 0) == 0);
  body["creditCard"]["creditCardExpirationMonth"] = 99;
  CHECK(Order().status == 400);
  CHECK(checkout.place.calls == 0);
}

TEST_CASE_METHOD(Checkout, "bodies of another shape are refused by name", "[api]") {
  body["coupon"] = "FREE";
  CHECK(Order().Faults() == "coupon: is not a field of this request");
  body.erase("coupon");
  body["user_id"] = kBob;
  CHECK(Order().Faults() == "user_id: is not a field of this request");
  body.erase("user_id");
  body["creditCard"]["creditCardCvv"] = "672x";
  CHECK(Order().Faults() == "creditCard.creditCardCvv: must be a whole number of 32 bits");
  body["creditCard"] = "4432801561520454";
  const Reply reply = Order();
  CHECK(reply.Faults() == "creditCard: must be an object");
  CHECK(reply.text.find("4432") == std::string::npos);
  CHECK(checkout.place.calls == 0);
}

TEST_CASE_METHOD(Checkout, "currency and total must be of this shop and agree", "[api]") {
  body["currency"] = "XAF";
  CHECK(Order().Faults() == "currency: is not a currency that this shop converts");
  body["currency"] = "EUR";
  body["expectedTotal"] = {{"currencyCode", "USD"}, {"units", 15}};
  CHECK(Order().Faults() == "expectedTotal.currencyCode: must be the order's currency");
  body["expectedTotal"] = {{"currencyCode", "EUR"}, {"units", 15}, {"nanos", -1}};
  CHECK(Order().Faults() == "expectedTotal.nanos: must have the sign of units");
  CHECK(checkout.place.calls == 0);
}

TEST_CASE_METHOD(Checkout, "D21: a declined card is a problem of its own kind", "[api]") {
  checkout.place.failure = absl::FailedPreconditionError("The card was declined. Please use another one.");
  const Reply declined = Order();
  CHECK(declined.status == 422);
  CHECK(declined.Problem() == "payment-declined");
  checkout.place.failure = absl::FailedPreconditionError("The card has insufficient funds. Please use another one.");
  CHECK(Order().Problem() == "insufficient-funds");
}

TEST_CASE_METHOD(Checkout, "an empty cart cannot be ordered", "[api]") {
  checkout.place.failure = absl::FailedPreconditionError("the cart is empty");
  const Reply reply = Order();
  CHECK(reply.status == 422);
  CHECK(reply.Problem() == "cart-not-orderable");
}

TEST_CASE_METHOD(Checkout, "a changed total is a conflict that tells the new one", "[api]") {
  body["currency"] = "EUR";
  body["expectedTotal"] = {{"currencyCode", "EUR"}, {"units", 1}};
  checkout.place.failure = absl::AbortedError("the total is now EUR 15.90");
  const Reply reply = Order();
  CHECK(reply.status == 409);
  CHECK(reply.Problem() == "total-changed");
  CHECK(reply.body["total"] == json({{"currencyCode", "EUR"}, {"units", "15"}, {"nanos", 900000000}}));
}

TEST_CASE_METHOD(Checkout, "what checkout says of a field is told in the body's names", "[api]") {
  checkout.place.failure = absl::InvalidArgumentError("address.city: is no city");
  const Reply reply = Order();
  CHECK(reply.status == 400);
  CHECK(reply.Faults().rfind("address.city: ", 0) == 0);
}

TEST_CASE_METHOD(Checkout, "an answer that got lost is found again", "[api]") {
  checkout.places_first = true;
  checkout.place.failure = absl::UnavailableError("Socket closed 10.0.0.9");
  const Reply reply = Order();
  CHECK(reply.status == 201);
  CHECK(reply.body["orderId"] == "order-1");
}

TEST_CASE_METHOD(Checkout, "an order that is still being worked on is accepted", "[api]") {
  checkout.places_first = true;
  checkout.state = pb::CHARGING;
  checkout.place.failure = absl::DeadlineExceededError("");
  const Reply reply = Order();
  CHECK(reply.status == 202);
  CHECK(reply.body["state"] == "CHARGING");
  CHECK(reply.response.HeaderOf("Location") == "/api/v1/orders/order-1");
}

TEST_CASE_METHOD(Checkout, "an unknown outcome invites a repeat with the same key only", "[api]") {
  checkout.place.failure = orders.get.failure = absl::UnavailableError("Socket closed 10.0.0.9");
  const Reply reply = Order();
  CHECK(reply.status == 503);
  CHECK(reply.Problem() == "outcome-unknown");
  CHECK(reply.text.find("10.0.0.9") == std::string::npos);
}

TEST_CASE_METHOD(Checkout, "an order that failed for certain says that nothing was charged", "[api]") {
  checkout.places_first = true;
  checkout.state = pb::CANCELLED;
  checkout.place.failure = absl::UnavailableError("shipping error: away");
  const Reply reply = Order();
  CHECK(reply.status == 503);
  CHECK(reply.Problem() == "order-not-placed");
}

TEST_CASE_METHOD(CheckoutWithoutRecord, "an order that nobody keeps is told by its answer", "[api]") {
  const Reply reply = Order();
  REQUIRE(reply.status == 201);
  CHECK(reply.response.HeaderOf("Location").empty());
  CHECK(reply.body["email"] == "ada@example.com");
  CHECK(reply.body["total"] == json({{"currencyCode", "USD"}, {"units", "8"}, {"nanos", 990000000}}));
}

TEST_CASE_METHOD(Checkout, "clients of the older demo order without a key", "[api]") {
  const Reply reply = Order("", "/create-order");
  REQUIRE(reply.status == 201);
  CHECK(base::IsUuidV4(checkout.last.idempotency_key()));
  CHECK(Order(kKey, "/create-order").status == 201);
  CHECK(checkout.last.idempotency_key() == kKey);
  CHECK(Order("short", "/create-order").status == 400);
}

}  // namespace
}  // namespace boutique::gateway
