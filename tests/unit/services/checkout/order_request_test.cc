// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/order_request.h"

#include <functional>
#include <utility>
#include <vector>

#include "fake_shop.h"
#include "support/catch.h"

namespace boutique::checkout {
namespace {

TEST_CASE("every bad field of a request is named") {
  REQUIRE_OK(CheckOrderRequest(FakeShop::Request()));
  using Spoil = std::function<void(pb::PlaceOrderRequest&)>;
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"user_id", [](auto& r) { r.clear_user_id(); }},
      {"user_id", [](auto& r) { r.set_user_id(std::string(129, 'x')); }},
      {"user_currency", [](auto& r) { r.clear_user_currency(); }},
      {"user_currency", [](auto& r) { r.set_user_currency("usd"); }},
      {"address", [](auto& r) { r.clear_address(); }},
      {"address.street_address", [](auto& r) { r.mutable_address()->clear_street_address(); }},
      {"address.street_address", [](auto& r) { r.mutable_address()->set_street_address(std::string(513, 'x')); }},
      {"address.city", [](auto& r) { r.mutable_address()->clear_city(); }},
      {"address.state", [](auto& r) { r.mutable_address()->set_state(std::string(129, 'x')); }},
      {"address.country", [](auto& r) { r.mutable_address()->clear_country(); }},
      {"address.postal_code", [](auto& r) { r.mutable_address()->set_postal_code(std::string(33, '1')); }},
      {"email", [](auto& r) { r.clear_email(); }},
      {"email", [](auto& r) { r.set_email("nobody"); }},
      {"email", [](auto& r) { r.set_email("@example.com"); }},
      {"email", [](auto& r) { r.set_email("a b@example.com"); }},
      {"email", [](auto& r) { r.set_email(std::string(300, 'x') + "@example.com"); }},
      {"credit_card", [](auto& r) { r.clear_credit_card(); }},
      {"idempotency_key", [](auto& r) { r.set_idempotency_key("short"); }},
      {"idempotency_key", [](auto& r) { r.set_idempotency_key("0123456789 abcdef"); }},
      {"idempotency_key", [](auto& r) { r.set_idempotency_key(std::string(65, 'k')); }},
      {"expected_total.nanos",
       [](auto& r) {
         r.mutable_expected_total()->set_currency_code("USD");
         r.mutable_expected_total()->set_nanos(2000000000);
       }},
  };
  for (const auto& [field, spoil] : cases) {
    auto request = FakeShop::Request();
    spoil(request);
    const auto status = CheckOrderRequest(request);
    INFO(field);
    CHECK_CODE(status, kInvalidArgument);
    CHECK(std::string(status.message()).rfind(field + ":", 0) == 0);
  }
}

TEST_CASE("a fingerprint tells orders apart, but not cards") {
  const auto request = FakeShop::Request();
  auto other_card = request;
  other_card.mutable_credit_card()->set_credit_card_number("4111111111111111");
  CHECK(FingerprintOf(request) == FingerprintOf(other_card));
  auto moved = request;
  // The same letters in other fields are another order.
  moved.mutable_address()->set_street_address("1 Main StreetS");
  moved.mutable_address()->set_city("pringfield");
  CHECK(FingerprintOf(request) != FingerprintOf(moved));
  auto other_total = request;
  other_total.mutable_expected_total()->set_currency_code("USD");
  CHECK(FingerprintOf(request) != FingerprintOf(other_total));
}

}  // namespace
}  // namespace boutique::checkout
