// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_checks.h"

#include <functional>
#include <limits>
#include <vector>

#include "sample_order.h"
#include "support/catch.h"

namespace boutique::order {
namespace {

template <typename Message>
struct Fault {
  std::string field;
  std::function<void(Message*)> make;
};

const std::vector<Fault<pb::Order>> kFaultsOfOrders = {
    {"order.order_id", [](pb::Order* it) { it->clear_order_id(); }},
    {"order.order_id", [](pb::Order* it) { it->set_order_id("17"); }},
    {"order.user_id", [](pb::Order* it) { it->clear_user_id(); }},
    {"order.user_id", [](pb::Order* it) { it->set_user_id(std::string(129, 'u')); }},
    {"idempotency_key", [](pb::Order* it) { it->clear_idempotency_key(); }},
    {"idempotency_key", [](pb::Order* it) { it->set_idempotency_key("short"); }},
    {"idempotency_key", [](pb::Order* it) { it->set_idempotency_key("with a space in the key"); }},
    {"order.fingerprint", [](pb::Order* it) { it->clear_fingerprint(); }},
    {"order.fingerprint", [](pb::Order* it) { it->set_fingerprint(std::string(129, 'f')); }},
    {"order.email", [](pb::Order* it) { it->clear_email(); }},
    {"order.email", [](pb::Order* it) { it->set_email(std::string(255, 'e')); }},
    {"order.shipping_address", [](pb::Order* it) { it->clear_shipping_address(); }},
    {"order.shipping_address.street_address",
     [](pb::Order* it) { it->mutable_shipping_address()->clear_street_address(); }},
    {"order.shipping_address.city",
     [](pb::Order* it) { it->mutable_shipping_address()->set_city(std::string(129, 'c')); }},
    {"order.shipping_address.state",
     [](pb::Order* it) { it->mutable_shipping_address()->set_state(std::string(129, 's')); }},
    {"order.shipping_address.country", [](pb::Order* it) { it->mutable_shipping_address()->clear_country(); }},
    {"order.shipping_address.postal_code",
     [](pb::Order* it) { it->mutable_shipping_address()->set_postal_code(std::string(33, '1')); }},
    {"order.previous_order_id", [](pb::Order* it) { it->set_previous_order_id(std::string(65, 'p')); }},
    {"order.items", [](pb::Order* it) { it->clear_items(); }},
    {"order.items",
     [](pb::Order* it) {
       while (it->items_size() <= 1000) *it->add_items() = it->items(0);
     }},
    {"order.items[1].item.product_id", [](pb::Order* it) { it->mutable_items(1)->clear_item(); }},
    {"order.items[0].item.product_id",
     [](pb::Order* it) { it->mutable_items(0)->mutable_item()->set_product_id(std::string(129, 'p')); }},
    {"order.items[1].product_name", [](pb::Order* it) { it->mutable_items(1)->set_product_name(std::string(257, 'n')); }},
    {"order.items[0].item.quantity", [](pb::Order* it) { it->mutable_items(0)->mutable_item()->set_quantity(0); }},
    {"order.items[0].item.quantity", [](pb::Order* it) { it->mutable_items(0)->mutable_item()->set_quantity(-1); }},
    {"order.items[0].item.quantity", [](pb::Order* it) { it->mutable_items(0)->mutable_item()->set_quantity(1001); }},
    {"order.items[0].cost.currency_code", [](pb::Order* it) { it->mutable_items(0)->clear_cost(); }},
    {"order.items[1].cost.currency_code",
     [](pb::Order* it) { it->mutable_items(1)->mutable_cost()->set_currency_code("EUR"); }},
    {"order.items[1].cost",
     [](pb::Order* it) { base::Money{"USD", -1, 0}.CopyTo(it->mutable_items(1)->mutable_cost()); }},
    {"order.items[1].cost.nanos",
     [](pb::Order* it) { it->mutable_items(1)->mutable_cost()->set_nanos(1000000000); }},
    {"order.shipping_cost", [](pb::Order* it) { it->clear_shipping_cost(); }},
    {"order.shipping_cost.currency_code",
     [](pb::Order* it) { it->mutable_shipping_cost()->set_currency_code("EUR"); }},
    {"order.total", [](pb::Order* it) { it->clear_total(); }},
    {"order.total.currency_code", [](pb::Order* it) { it->mutable_total()->set_currency_code("usd"); }},
    {"order.total", [](pb::Order* it) { it->mutable_total()->set_nanos(960000001); }},
    {"order.total", [](pb::Order* it) { it->mutable_total()->set_units(135); }},
    {"order.total", [](pb::Order* it) { base::Money{"USD", -136, -960000000}.CopyTo(it->mutable_total()); }},
    {"order.transaction_id", [](pb::Order* it) { it->set_transaction_id(std::string(129, 't')); }},
    {"order.card_last_four", [](pb::Order* it) { it->set_card_last_four("4432801561520454"); }},
    {"order.reason_code", [](pb::Order* it) { it->set_reason_code(17); }},
};

const std::vector<Fault<pb::RecordStepRequest>> kFaultsOfSteps = {
    {"order_id", [](pb::RecordStepRequest* it) { it->clear_order_id(); }},
    {"order_id", [](pb::RecordStepRequest* it) { it->set_order_id(std::string(100000, 'a')); }},
    {"expected_epoch", [](pb::RecordStepRequest* it) { it->set_expected_epoch(0); }},
    {"expected_epoch",
     [](pb::RecordStepRequest* it) { it->set_expected_epoch(std::numeric_limits<std::int64_t>::min()); }},
    {"expected_state", [](pb::RecordStepRequest* it) { it->clear_expected_state(); }},
    {"expected_state", [](pb::RecordStepRequest* it) { it->set_expected_state(static_cast<pb::OrderState>(99)); }},
    {"state", [](pb::RecordStepRequest* it) { it->clear_state(); }},
    {"state", [](pb::RecordStepRequest* it) { it->set_state(static_cast<pb::OrderState>(-1)); }},
    {"transaction_id", [](pb::RecordStepRequest* it) { it->set_transaction_id(std::string(129, 't')); }},
    {"card_brand", [](pb::RecordStepRequest* it) { it->set_card_brand(std::string(33, 'b')); }},
    {"card_last_four", [](pb::RecordStepRequest* it) { it->set_card_last_four("454"); }},
    {"card_last_four", [](pb::RecordStepRequest* it) { it->set_card_last_four("045a"); }},
    {"shipping_tracking_id", [](pb::RecordStepRequest* it) { it->set_shipping_tracking_id(std::string(129, 't')); }},
    {"reason", [](pb::RecordStepRequest* it) { it->set_reason(std::string(4097, 'r')); }},
    {"reason_code", [](pb::RecordStepRequest* it) { it->set_reason_code(-1); }},
};

pb::RecordStepRequest SampleStep() {
  pb::RecordStepRequest step;
  step.set_order_id(base::RandomUuid());
  step.set_expected_state(pb::PENDING);
  step.set_expected_epoch(1);
  step.set_state(pb::CHARGING);
  return step;
}

TEST_CASE("a whole order and a whole step pass", "[order]") {
  REQUIRE_OK(CheckNewOrder(SampleOrder()));
  REQUIRE_OK(CheckStep(SampleStep()));
}

TEST_CASE("each fault of an order is refused by its field's name", "[order]") {
  for (const auto& fault : kFaultsOfOrders) {
    pb::Order order = SampleOrder();
    fault.make(&order);
    INFO(fault.field);
    const absl::Status refused = CheckNewOrder(order);
    CHECK_CODE(refused, kInvalidArgument);
    CHECK(refused.message().find(fault.field + ": ") == 0);
  }
}

TEST_CASE("each fault of a step is refused by its field's name", "[order]") {
  for (const auto& fault : kFaultsOfSteps) {
    pb::RecordStepRequest step = SampleStep();
    fault.make(&step);
    INFO(fault.field);
    const absl::Status refused = CheckStep(step);
    CHECK_CODE(refused, kInvalidArgument);
    CHECK(refused.message().find(fault.field + ": ") == 0);
  }
}

TEST_CASE("an order that nobody could pay is out of range", "[order]") {
  pb::Order order = SampleOrder();
  order.mutable_items(0)->mutable_cost()->set_units(std::numeric_limits<std::int64_t>::max());
  CHECK_CODE(CheckNewOrder(order), kOutOfRange);
}

TEST_CASE("an order that costs nothing may be kept", "[order]") {
  pb::Order order = SampleOrder();
  for (pb::OrderItem& line : *order.mutable_items()) base::Money{"USD", 0, 0}.CopyTo(line.mutable_cost());
  base::Money{"USD", 0, 0}.CopyTo(order.mutable_shipping_cost());
  base::Money{"USD", 0, 0}.CopyTo(order.mutable_total());
  REQUIRE_OK(CheckNewOrder(order));
}

}  // namespace
}  // namespace boutique::order
