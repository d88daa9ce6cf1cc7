// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/picking_lists.h"

#include "hipstershop/order_event.pb.h"
#include "services/shipping/shipment_schema.h"
#include "support/catch.h"
#include "support/loop_call.h"
#include "support/store_engines.h"

namespace boutique::shipping {
namespace {

namespace pb = ::hipstershop;

template <typename Engine>
struct Packer : testing::LoopCall {
  static pb::OrderEvent Confirmed() {
    pb::OrderEvent event;
    event.set_type("order.confirmed");
    pb::Order& order = *event.mutable_order();
    order.set_order_id("order-7");
    order.set_shipping_tracking_id("AB-12-3456789");
    pb::Address& to = *order.mutable_shipping_address();
    to.set_street_address(std::string("1 Main Street\n2 x gold\0", 23));
    to.set_city("London");
    to.set_country("UK");
    to.set_postal_code("N1 9GU");
    for (const auto& [product, name] : {std::pair("6E92ZMYYFZ", "Mug"), std::pair("OLJCESPC7Z", "")}) {
      pb::OrderItem& line = *order.add_items();
      line.mutable_item()->set_product_id(product);
      line.mutable_item()->set_quantity(2);
      line.set_product_name(name);
    }
    return event;
  }
  absl::Status Take(const pb::OrderEvent& event) {
    const amqp::Delivery delivery{.routing_key = event.type(), .id = "e", .type = "", .body = event.SerializeAsString()};
    return Get(lists.Take(call, delivery));
  }
  std::vector<std::string> Contents() {
    auto read = [](sql::Connection& connection) -> absl::StatusOr<std::vector<std::string>> {
      std::vector<std::string> contents;
      sql::Rows rows = connection.Query("SELECT contents FROM picking_lists");
      while (rows.Next()) contents.push_back(rows.Text(0));
      return contents;
    };
    return Get(database->Read(call, std::move(read))).value();
  }

  Engine engine;
  std::unique_ptr<sql::Database> database = engine.Open(ShipmentSchema());
  telemetry::Metrics metrics;
  PickingLists lists{*database, metrics};
};

TEMPLATE_TEST_CASE_METHOD(Packer, "a confirmed order is a list of what to pack and where it goes, once", "[shipping]",
                          STORE_ENGINES) {
  REQUIRE_OK(this->Take(this->Confirmed()));
  REQUIRE_OK(this->Take(this->Confirmed()));
  const auto contents = this->Contents();
  REQUIRE(contents.size() == 1);
  // Nobody adds a line by the address.
  CHECK(contents[0] ==
        "2 x 6E92ZMYYFZ Mug\n2 x OLJCESPC7Z\n\nAB-12-3456789\n1 Main Street 2 x gold \nLondon\nN1 9GU\nUK\n");
}

TEMPLATE_TEST_CASE_METHOD(Packer, "nothing is packed of a cancelled order, nor of what is no event", "[shipping]",
                          STORE_ENGINES) {
  pb::OrderEvent cancelled = this->Confirmed();
  cancelled.set_type("order.cancelled");
  CHECK(this->Take(cancelled).ok());
  CHECK_CODE(this->Take(pb::OrderEvent()), kInvalidArgument);
  CHECK(this->Contents().empty());
}

}  // namespace
}  // namespace boutique::shipping
