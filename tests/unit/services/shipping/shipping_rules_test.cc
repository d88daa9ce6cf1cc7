// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "services/shipping/parcel.h"
#include "services/shipping/quote.h"
#include "services/shipping/tracking_id.h"
#include "support/catch.h"

namespace boutique::shipping {
namespace {

pb::GetQuoteRequest Parcel(const std::vector<int>& quantities) {
  pb::GetQuoteRequest request;
  for (const int quantity : quantities) request.add_items()->set_quantity(quantity);
  return request;
}

pb::ShipOrderRequest Order() {
  pb::ShipOrderRequest request;
  request.mutable_address()->set_street_address("1 Main St");
  request.mutable_address()->set_city("Oslo");
  request.mutable_address()->set_state("NO");
  request.mutable_address()->set_country("Norway");
  request.add_items()->set_product_id("MUG");
  request.mutable_items(0)->set_quantity(1);
  return request;
}

TEST_CASE("shipping nothing is free, anything else costs 8.99 dollars, with or without an address") {
  const base::Money flat{"USD", 8, 990000000};
  CHECK(*Quote(Parcel({})) == base::Money{"USD", 0, 0});
  CHECK(*Quote(Parcel({0, 0})) == base::Money{"USD", 0, 0});
  CHECK(*Quote(Parcel({1})) == flat);
  CHECK(*Quote(Parcel({0, 1000})) == flat);
  auto addressed = Parcel({3});
  addressed.mutable_address()->set_city("Oslo");
  CHECK(*Quote(addressed) == flat);
}

TEST_CASE("quantities that overflow a sum are no trouble, negative ones are refused") {
  CHECK(Quote(Parcel({2147483647, 2147483647})).ok());
  const auto quote = Quote(Parcel({1, -1}));
  CHECK_CODE(quote, kInvalidArgument);
  CHECK(quote.status().message() == "items[1].quantity: must not be negative");
}

TEST_CASE("a tracking id has the public shop's form; an address of 20 bytes gives 18 characters") {
  absl::BitGen random;
  hipstershop::Address address;
  address.set_street_address("1 Main Str");
  address.set_city("Oslo");
  address.set_state("NO");
  for (int i = 0; i < 100; ++i) {
    const std::string id = NewTrackingId(address, random);
    CHECK(id.size() == 18);
    CHECK(std::regex_match(id, std::regex("[A-Z]{2}-20[0-9]{3}-10[0-9]{7}")));
  }
}

TEST_CASE("D27: every letter occurs in tracking ids, Z too") {
  absl::BitGen random;
  std::set<char> letters;
  for (int i = 0; i < 5000; ++i) letters.insert(NewTrackingId({}, random)[i % 2]);
  CHECK(letters.size() == 26);
}

TEST_CASE("every bad field of a parcel is named") {
  REQUIRE_OK(CheckParcel(Order()));
  using Spoil = std::function<void(pb::ShipOrderRequest&)>;
  const std::vector<std::pair<std::string, Spoil>> cases = {
      {"address", [](auto& r) { r.clear_address(); }},
      {"address.street_address", [](auto& r) { r.mutable_address()->clear_street_address(); }},
      {"address.street_address", [](auto& r) { r.mutable_address()->set_street_address(std::string(513, 'x')); }},
      {"address.city", [](auto& r) { r.mutable_address()->clear_city(); }},
      {"address.state", [](auto& r) { r.mutable_address()->set_state(std::string(129, 'x')); }},
      {"address.country", [](auto& r) { r.mutable_address()->clear_country(); }},
      {"address.postal_code", [](auto& r) { r.mutable_address()->set_postal_code(std::string(33, '1')); }},
      {"items", [](auto& r) { r.clear_items(); }},
      {"items",
       [](auto& r) {
         for (int i = 0; i < 10000; ++i) *r.add_items() = r.items(0);
       }},
      {"items[0].product_id", [](auto& r) { r.mutable_items(0)->clear_product_id(); }},
      {"items[0].quantity", [](auto& r) { r.mutable_items(0)->set_quantity(0); }},
      {"items[0].quantity", [](auto& r) { r.mutable_items(0)->set_quantity(-2147483647); }},
      {"idempotency_key", [](auto& r) { r.set_idempotency_key("short"); }},
  };
  for (const auto& [field, spoil] : cases) {
    auto request = Order();
    spoil(request);
    const auto status = CheckParcel(request);
    INFO(field);
    CHECK_CODE(status, kInvalidArgument);
    CHECK(std::string(status.message()).rfind(field + ":", 0) == 0);
  }
}

TEST_CASE("what was paid for is shipped, however much of it", "[shipping]") {
  auto request = Order();
  request.mutable_items(0)->set_quantity(2'000'000'000);
  CHECK_CODE(CheckParcel(request), kOk);
  for (int i = 1; i < 1000; ++i) *request.add_items() = request.items(0);
  CHECK_CODE(CheckParcel(request), kOk);
}

TEST_CASE("a fingerprint tells parcels apart") {
  auto more = Order();
  more.mutable_items(0)->set_quantity(2);
  CHECK(FingerprintOf(Order()) == FingerprintOf(Order()));
  CHECK(FingerprintOf(Order()) != FingerprintOf(more));
}

}  // namespace
}  // namespace boutique::shipping
