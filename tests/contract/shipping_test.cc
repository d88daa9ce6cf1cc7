// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <regex>
#include <set>

#include "contract/goods.h"
#include "contract/shop.h"
#include "hipstershop/shipping.grpc.pb.h"

namespace boutique::contract {
namespace {

using Shipping = pb::ShippingService;

absl::StatusOr<pb::GetQuoteResponse> Quote(const std::vector<pb::CartItem>& items) {
  pb::GetQuoteRequest request;
  request.mutable_items()->Assign(items.begin(), items.end());
  return Call<Shipping>(&Shipping::Stub::GetQuote, request);
}

std::string Quoted(const std::vector<pb::CartItem>& items) {
  const auto reply = Quote(items);
  REQUIRE_OK(reply);
  return Text(reply->cost_usd());
}

pb::ShipOrderRequest Parcel(const std::string& key = "") {
  pb::ShipOrderRequest request;
  *request.mutable_address() = MountainView();
  *request.add_items() = Item(kMug, 2);
  request.set_idempotency_key(key);
  return request;
}

absl::StatusOr<pb::ShipOrderResponse> Ship(const pb::ShipOrderRequest& request) {
  return Call<Shipping>(&Shipping::Stub::ShipOrder, request);
}

absl::StatusOr<pb::Shipment> ShipmentOf(const std::string& key) {
  pb::GetShipmentRequest request;
  request.set_idempotency_key(key);
  return Call<Shipping>(&Shipping::Stub::GetShipment, request);
}

absl::StatusOr<pb::Shipment> Cancel(const std::string& key) {
  pb::CancelShipmentRequest request;
  request.set_idempotency_key(key);
  return Call<Shipping>(&Shipping::Stub::CancelShipment, request);
}

void CheckBad(const absl::Status& status, const std::string& field) {
  CheckRefusal(Shipping::service_full_name(), status, absl::StatusCode::kInvalidArgument, field);
}

TEST_CASE("shipping costs a flat rate, and nothing for no items", "[shipping]") {
  NEEDS(Shipping);
  CHECK(Quoted({}) == "USD 0.000000000");
  CHECK(Quoted({Item(kMug, 1)}) == "USD 8.990000000");
  CHECK(Quoted({Item(kMug, 10), Item(kWatch, 90)}) == "USD 8.990000000");
}

TEST_CASE("a quote takes an address too", "[shipping]") {
  NEEDS(Shipping);
  pb::GetQuoteRequest request;
  *request.mutable_address() = MountainView();
  *request.add_items() = Item(kMug, 1);
  const auto reply = Call<Shipping>(&Shipping::Stub::GetQuote, request);
  REQUIRE_OK(reply);
  CHECK(Text(reply->cost_usd()) == "USD 8.990000000");
}

TEST_CASE("a parcel gets a tracking id that tells its address's length", "[shipping]") {
  NEEDS(Shipping);
  const auto reply = Ship(Parcel());
  REQUIRE_OK(reply);
  // "1600 Amphitheatre Parkway, Mountain View, CA" has 44 bytes.
  CHECK(std::regex_match(reply->tracking_id(), std::regex("[A-Z]{2}-44[0-9]{3}-22[0-9]{7}")));
  const auto other = Ship(Parcel());
  REQUIRE_OK(other);
  CHECK(other->tracking_id() != reply->tracking_id());
}

TEST_CASE("D27: a tracking id may hold the letter Z", "[shipping][ours]") {
  NEEDS(Shipping);
  std::set<char> letters;
  for (int i = 0; i < 400 && letters.count('Z') == 0; ++i) {
    const auto reply = Ship(Parcel());
    REQUIRE_OK(reply);
    letters.insert({reply->tracking_id()[0], reply->tracking_id()[1]});
  }
  CHECK(letters.count('Z') == 1);
}

TEST_CASE("D8: a parcel needs an address and something in it", "[shipping][ours]") {
  NEEDS(Shipping);
  auto request = Parcel(NewKey());
  request.clear_address();
  CheckBad(Ship(request).status(), "address");
  CHECK_CODE(ShipmentOf(request.idempotency_key()), kNotFound);
  request = Parcel();
  request.clear_items();
  CheckBad(Ship(request).status(), "items");
}

TEST_CASE("a parcel's address and items are bounded", "[shipping][ours]") {
  NEEDS(Shipping);
  auto request = Parcel();
  request.mutable_address()->set_street_address(std::string(513, 's'));
  CheckBad(Ship(request).status(), "address.street_address");
  request = Parcel();
  request.mutable_address()->set_city(std::string(129, 'c'));
  CheckBad(Ship(request).status(), "address.city");
  request = Parcel();
  request.mutable_address()->set_postal_code(std::string(33, '1'));
  CheckBad(Ship(request).status(), "address.postal_code");
  request = Parcel();
  request.mutable_items(0)->clear_product_id();
  CheckBad(Ship(request).status(), "items");
  for (const int quantity : {0, -1, std::numeric_limits<int>::min()}) {
    request = Parcel();
    request.mutable_items(0)->set_quantity(quantity);
    CheckBad(Ship(request).status(), "items");
  }
}

TEST_CASE("D5: a negative quantity is not quoted", "[shipping][ours]") {
  NEEDS(Shipping);
  for (const int quantity : {-1, std::numeric_limits<int>::min()}) {
    CheckBad(Quote({Item(kMug, 2), Item(kWatch, quantity)}).status(), "items");
  }
  const int most = std::numeric_limits<int>::max();
  CHECK(Quoted({Item(kMug, most), Item(kWatch, most), Item(kJar, 2)}) == "USD 8.990000000");
}

TEST_CASE("keys have 16 to 64 visible characters", "[shipping][ours]") {
  NEEDS(Shipping);
  for (const std::string& key : {std::string("fifteen-letters"), std::string(65, 'k'), std::string("with a blank in it"),
                                 std::string("with-a-line-feed\n"), std::string("g\xc3\xb6teborg-goteborg")}) {
    CAPTURE(key);
    CheckBad(Ship(Parcel(key)).status(), "idempotency_key");
    CheckBad(ShipmentOf(key).status(), "idempotency_key");
    CheckBad(Cancel(key).status(), "idempotency_key");
  }
  CheckBad(ShipmentOf("").status(), "idempotency_key");
  CheckBad(Cancel("").status(), "idempotency_key");
}

TEST_CASE("D2: a repeated ShipOrder ships one parcel", "[shipping][ours]") {
  NEEDS(Shipping);
  const std::string key = NewKey();
  const auto first = Ship(Parcel(key));
  REQUIRE_OK(first);
  const auto again = Ship(Parcel(key));
  REQUIRE_OK(again);
  CHECK(again->tracking_id() == first->tracking_id());
  const auto shipment = ShipmentOf(key);
  REQUIRE_OK(shipment);
  CHECK(shipment->state() == pb::Shipment::SHIPPED);
  CHECK(shipment->tracking_id() == first->tracking_id());
  CHECK(shipment->idempotency_key() == key);
}

TEST_CASE("D2: concurrent repeats of ShipOrder ship one parcel", "[shipping][ours]") {
  NEEDS(Shipping);
  const std::string key = NewKey();
  const auto answers = AllAtOnce(16, [&key](int) { return Ship(Parcel(key)); });
  std::set<std::string> ids;
  for (const auto& answer : answers) {
    REQUIRE_OK(answer);
    ids.insert(answer->tracking_id());
  }
  CHECK(ids.size() == 1);
}

TEST_CASE("a key of another parcel already exists", "[shipping][ours]") {
  NEEDS(Shipping);
  const std::string key = NewKey();
  REQUIRE_OK(Ship(Parcel(key)));
  auto elsewhere = Parcel(key);
  elsewhere.mutable_address()->set_city("Sunnyvale");
  CheckRefusal(Shipping::service_full_name(), Ship(elsewhere).status(), absl::StatusCode::kAlreadyExists);
  auto more = Parcel(key);
  more.mutable_items(0)->set_quantity(3);
  CheckRefusal(Shipping::service_full_name(), Ship(more).status(), absl::StatusCode::kAlreadyExists);
}

TEST_CASE("a cancelled shipment stays cancelled", "[shipping][ours]") {
  NEEDS(Shipping);
  const std::string key = NewKey();
  const auto shipped = Ship(Parcel(key));
  REQUIRE_OK(shipped);
  for (int i = 0; i < 2; ++i) {
    const auto cancelled = Cancel(key);
    REQUIRE_OK(cancelled);
    CHECK(cancelled->state() == pb::Shipment::CANCELLED);
    CHECK(cancelled->tracking_id() == shipped->tracking_id());
  }
  CheckRefusal(Shipping::service_full_name(), Ship(Parcel(key)).status(), absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("a shipment that is cancelled before there is one never comes to be", "[shipping][ours]") {
  NEEDS(Shipping);
  const std::string key = NewKey();
  const auto cancelled = Cancel(key);
  REQUIRE_OK(cancelled);
  CHECK(cancelled->state() == pb::Shipment::CANCELLED);
  CHECK(cancelled->tracking_id().empty());
  CheckRefusal(Shipping::service_full_name(), Ship(Parcel(key)).status(), absl::StatusCode::kFailedPrecondition);
  const auto shipment = ShipmentOf(key);
  REQUIRE_OK(shipment);
  CHECK(shipment->state() == pb::Shipment::CANCELLED);
}

TEST_CASE("an unknown shipment is not found", "[shipping][ours]") {
  NEEDS(Shipping);
  CHECK_CODE(ShipmentOf(NewKey()), kNotFound);
}

}  // namespace
}  // namespace boutique::contract
