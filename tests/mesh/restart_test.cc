// SPDX-License-Identifier: Apache-2.0
// What the shop still knows after it was stopped and started again.
#include "contract/carts.h"
#include "contract/goods.h"
#include "contract/orders.h"
#include "contract/payments.h"
#include "hipstershop/shipping.grpc.pb.h"
#include "mesh/boutique.h"
#include "support/eventually.h"
#include "support/temporary_folder.h"

namespace boutique::testing {
namespace {

using namespace contract;  // NOLINT: the shopper's words
using Shipping = pb::ShippingService;

absl::StatusOr<pb::ShipOrderResponse> Ship(const std::string& key) {
  pb::ShipOrderRequest request;
  *request.mutable_address() = MountainView();
  *request.add_items() = Item(kMug, 2);
  request.set_idempotency_key(key);
  return Call<Shipping>(&Shipping::Stub::ShipOrder, request);
}

void StopCleanly(Boutique& shop) {
  const Outcome end = shop.program().Stop();
  INFO(end.errors);
  CHECK(end.status == 0);
  CHECK(end.errors.find("\"severity\":\"error\"") == std::string::npos);
}

TEST_CASE("a restart finds carts, orders, payments and shipments", "[mesh]") {
  const TemporaryFolder folder;
  const std::string browsing = NewUser();
  const std::string buyer = NewUser();
  const std::string key = NewKey();
  std::string placed;
  std::string charged;
  std::string shipped;
  std::string recorded;
  {
    Boutique shop(folder.path());
    REQUIRE_OK(AddToCart(browsing, kWatch, 2));
    REQUIRE_OK(AddToCart(browsing, kMug, 3));
    REQUIRE_OK(AddToCart(buyer, kJar, 4));
    const auto order = Place(Wish(buyer, "EUR", key));
    REQUIRE_OK(order);
    placed = order->SerializeAsString();
    absl::StatusOr<pb::Order> record;
    // The buyer's answer does not wait for the last step.
    REQUIRE(testing::Eventually([&] {
      record = OrderById(buyer, order->order_id());
      return record.ok() && record->settled();
    }));
    REQUIRE_OK(record);
    recorded = record->SerializeAsString();
    const auto charge = Charge(Payment(key));
    REQUIRE_OK(charge);
    charged = charge->SerializeAsString();
    const auto parcel = Ship(key);
    REQUIRE_OK(parcel);
    shipped = parcel->SerializeAsString();
    StopCleanly(shop);
  }
  Boutique shop(folder.path());
  CHECK(LinesOf(browsing) == std::vector<std::string>{"1YMWWN1N4O x 2", "6E92ZMYYFZ x 3"});
  CHECK(LinesOf(buyer).empty());
  const auto orders = OrdersOf(buyer);
  REQUIRE(orders.size() == 1);
  CHECK(orders[0].SerializeAsString() == recorded);
  // A repeat after the restart is a repeat.
  const auto order = Place(Wish(buyer, "EUR", key));
  REQUIRE_OK(order);
  CHECK(order->SerializeAsString() == placed);
  const auto charge = Charge(Payment(key));
  REQUIRE_OK(charge);
  CHECK(charge->SerializeAsString() == charged);
  const auto parcel = Ship(key);
  REQUIRE_OK(parcel);
  CHECK(parcel->SerializeAsString() == shipped);
  CHECK(OrdersOf(buyer).size() == 1);
  StopCleanly(shop);
}

TEST_CASE("a restart finds what came before a sudden end", "[mesh]") {
  const TemporaryFolder folder;
  const std::string buyer = NewUser();
  std::string order_id;
  {
    Boutique shop(folder.path());
    REQUIRE_OK(AddToCart(buyer, kJar, 4));
    const auto order = Place(Wish(buyer));
    REQUIRE_OK(order);
    order_id = order->order_id();
    REQUIRE_OK(AddToCart(buyer, kMug, 1));
    CHECK(shop.program().Kill().status == 128 + 9);
  }
  Boutique shop(folder.path());
  const auto order = OrderById(buyer, order_id);
  REQUIRE_OK(order);
  CHECK(order->state() == pb::CONFIRMED);
  CHECK(LinesOf(buyer) == std::vector<std::string>{"6E92ZMYYFZ x 1"});
  StopCleanly(shop);
}

TEST_CASE("without a data directory nothing is kept", "[mesh]") {
  const std::string user = NewUser();
  {
    Boutique shop(":memory:");
    REQUIRE_OK(AddToCart(user, kMug, 1));
    StopCleanly(shop);
  }
  Boutique shop(":memory:");
  CHECK(LinesOf(user).empty());
}

}  // namespace
}  // namespace boutique::testing
