// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "contract/drafts.h"
#include "contract/goods.h"
#include "contract/orders.h"
#include "contract/shop.h"

namespace boutique::contract {
namespace {

absl::StatusOr<pb::ListOrdersResponse> List(const std::string& user, int page_size, const std::string& token = "") {
  pb::ListOrdersRequest request;
  request.set_user_id(user);
  request.set_page_size(page_size);
  request.set_page_token(token);
  return Call<Orders>(&Orders::Stub::ListOrders, request);
}

TEST_CASE("D3: a new order is pending, in its first epoch, with the total it was given", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  const pb::Order order = Created(user);
  CHECK(order.state() == pb::PENDING);
  CHECK(order.epoch() == 1);
  CHECK(order.created_at_ms() > 0);
  CHECK(Text(order.total()) == "USD 1.000000000");
  const auto read = OrderById(user, order.order_id());
  REQUIRE_OK(read);
  CHECK(read->SerializeAsString() == order.SerializeAsString());
}

TEST_CASE("a key stores one order, and is refused to another's details", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  const std::string key = NewKey();
  const auto first = Create(Draft(user, NewOrderId(), key));
  REQUIRE_OK(first);
  CHECK(first->created());
  const auto again = Create(Draft(user, NewOrderId(), key));
  REQUIRE_OK(again);
  CHECK_FALSE(again->created());
  CHECK(again->order().order_id() == first->order().order_id());
  auto other = Draft(user, NewOrderId(), key);
  other.mutable_order()->set_fingerprint(std::string(64, 'e'));
  CheckOrdersRefusal(Create(other).status(), absl::StatusCode::kAlreadyExists);
  CHECK(OrdersOf(user).size() == 1);
}

TEST_CASE("of concurrent drafts that follow the same order one is stored", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  std::string previous;
  for (int round = 0; round < 3; ++round) {
    const auto answers = AllAtOnce(8, [&](int) {
      auto request = Draft(user, NewOrderId());
      request.mutable_order()->set_previous_order_id(previous);
      return Create(request);
    });
    int created = 0;
    for (const auto& answer : answers) {
      created += answer.ok() ? 1 : 0;
      if (answer.ok()) previous = answer->order().order_id();
      if (!answer.ok()) CHECK_CODE(answer, kAborted);
    }
    CHECK(created == 1);
    CHECK(OrdersOf(user).size() == static_cast<std::size_t>(round) + 1);
  }
}

TEST_CASE("concurrent drafts with one key store one order", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  const std::string key = NewKey();
  const auto answers = AllAtOnce(16, [&](int) { return Create(Draft(user, NewOrderId(), key)); });
  int created = 0;
  for (const auto& answer : answers) {
    REQUIRE_OK(answer);
    created += answer->created() ? 1 : 0;
  }
  CHECK(created == 1);
  CHECK(OrdersOf(user).size() == 1);
}

TEST_CASE("an order goes its way step by step", "[order][ours]") {
  NEEDS(Orders);
  pb::Order order = Created(NewUser());
  for (const pb::OrderState state : {pb::CHARGING, pb::CHARGED, pb::SHIPPING, pb::SHIPPED, pb::CONFIRMED}) {
    auto step = Step(order, state);
    if (state == pb::CHARGED) {
      step.set_transaction_id(NewOrderId());
      step.set_card_brand("visa");
      step.set_card_last_four("0454");
    }
    if (state == pb::SHIPPED) step.set_shipping_tracking_id("QK-34-1710483920");
    const auto recorded = Record(step);
    REQUIRE_OK(recorded);
    CHECK(recorded->state() == state);
    const auto again = Record(step);
    REQUIRE_OK(again);
    CHECK(again->SerializeAsString() == recorded->SerializeAsString());
    order = *recorded;
  }
  CHECK(order.card_last_four() == "0454");
  CHECK(order.shipping_tracking_id() == "QK-34-1710483920");
  CHECK_FALSE(order.transaction_id().empty());
}

TEST_CASE("an order can be given up, with its reason", "[order][ours]") {
  NEEDS(Orders);
  const pb::Order order = Created(NewUser());
  const auto charging = Record(Step(order, pb::CHARGING));
  REQUIRE_OK(charging);
  auto step = Step(*charging, pb::CANCELLED);
  step.set_reason("the card was declined");
  step.set_reason_code(9);
  const auto cancelled = Record(step);
  REQUIRE_OK(cancelled);
  CHECK(cancelled->reason() == "the card was declined");
  CHECK(cancelled->reason_code() == 9);
  CheckOrdersRefusal(Record(Step(*cancelled, pb::CHARGING)).status(), absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("a step from another state or epoch is aborted and changes nothing", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  const pb::Order order = Created(user);
  REQUIRE_OK(Record(Step(order, pb::CHARGING)));
  CheckOrdersRefusal(Record(Step(order, pb::CANCELLED)).status(), absl::StatusCode::kAborted);
  auto later = Step(order, pb::CANCELLED);
  later.set_expected_state(pb::CHARGING);
  later.set_expected_epoch(2);
  CheckOrdersRefusal(Record(later).status(), absl::StatusCode::kAborted);
  const auto read = OrderById(user, order.order_id());
  REQUIRE_OK(read);
  CHECK(read->state() == pb::CHARGING);
}

TEST_CASE("a state that does not lead to the other is a failed precondition", "[order][ours]") {
  NEEDS(Orders);
  const pb::Order order = Created(NewUser());
  CheckOrdersRefusal(Record(Step(order, pb::CONFIRMED)).status(), absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("of two processes that take the same step one goes ahead", "[order][ours]") {
  NEEDS(Orders);
  const pb::Order order = Created(NewUser());
  const auto answers = AllAtOnce(8, [&order](int i) { return Record(Step(order, i % 2 == 0 ? pb::CHARGING : pb::CANCELLED)); });
  int first = 0;
  int second = 0;
  for (int i = 0; i < 8; ++i) {
    const auto& answer = answers[static_cast<std::size_t>(i)];
    if (answer.ok()) {
      ++(i % 2 == 0 ? first : second);
    } else {
      CHECK_CODE(answer, kAborted);
    }
  }
  CHECK((first == 4) + (second == 4) == 1);
  CHECK(first + second == 4);
}

TEST_CASE("an order belongs to its buyer alone", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  const pb::Order order = Created(user);
  CheckOrdersRefusal(OrderById(NewUser(), order.order_id()).status(), absl::StatusCode::kNotFound);
  CheckOrdersRefusal(OrderByKey(NewUser(), order.idempotency_key()).status(), absl::StatusCode::kNotFound);
  CheckOrdersRefusal(OrderById(user, NewOrderId()).status(), absl::StatusCode::kNotFound);
  CHECK(OrdersOf(NewUser()).empty());
}

TEST_CASE("orders are listed newest first, page by page", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.insert(ids.begin(), Created(user).order_id());
  std::vector<std::string> listed;
  std::string token;
  for (int page = 0; page < 3; ++page) {
    const auto reply = List(user, 2, token);
    REQUIRE_OK(reply);
    for (const pb::Order& order : reply->orders()) listed.push_back(order.order_id());
    token = reply->next_page_token();
    CHECK(token.empty() == (page == 2));
  }
  CHECK(listed == ids);
}

TEST_CASE("without a size a page of orders has twenty", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  for (int i = 0; i < 21; ++i) Created(user);
  const auto reply = List(user, 0);
  REQUIRE_OK(reply);
  CHECK(reply->orders_size() == 20);
  CHECK_FALSE(reply->next_page_token().empty());
}

TEST_CASE("a page of orders fits into a message, however large they are", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  constexpr int kOrders = 12;
  for (int i = 0; i < kOrders; ++i) {
    auto request = Draft(user, NewOrderId());
    pb::Order& order = *request.mutable_order();
    order.mutable_items(0)->set_product_name(std::string(256, 'n'));
    order.mutable_items(0)->mutable_item()->set_product_id(std::string(128, 'p'));
    while (order.items_size() < 1000) *order.add_items() = order.items(0);
    *order.mutable_total() = Amount("USD", 1000, 0);
    REQUIRE_OK(Create(request));
  }
  std::size_t listed = 0;
  std::string token;
  do {
    const auto reply = List(user, 100, token);
    REQUIRE_OK(reply);
    CHECK(reply->ByteSizeLong() < 4'000'000);
    listed += static_cast<std::size_t>(reply->orders_size());
    token = reply->next_page_token();
  } while (!token.empty());
  CHECK(listed == kOrders);
}

TEST_CASE("orders are asked for in a way that makes sense", "[order][ours]") {
  NEEDS(Orders);
  const auto invalid = absl::StatusCode::kInvalidArgument;
  for (const std::string& user : {std::string(), std::string(129, 'u')}) {
    CheckOrdersRefusal(OrderById(user, NewOrderId()).status(), invalid, "user_id");
    CheckOrdersRefusal(List(user, 0).status(), invalid, "user_id");
  }
  pb::GetOrderRequest neither;
  neither.set_user_id(NewUser());
  CheckOrdersRefusal(Call<Orders>(&Orders::Stub::GetOrder, neither).status(), invalid);
  for (const int size : {-1, 101, std::numeric_limits<int>::min(), std::numeric_limits<int>::max()}) {
    CheckOrdersRefusal(List(NewUser(), size).status(), invalid, "page_size");
  }
  for (const std::string& token : {std::string("no token"), std::string(1 << 16, '9')}) {
    CheckOrdersRefusal(List(NewUser(), 0, token).status(), invalid, "page_token");
  }
}

TEST_CASE("an order that somebody works on cannot be taken over", "[order][ours]") {
  NEEDS(Orders);
  const pb::Order order = Created(NewUser());
  CHECK(order.lease_until_ms() > order.created_at_ms());
  pb::ClaimStaleRequest request;
  request.set_order_id(order.order_id());
  const auto claimed = Call<Orders>(&Orders::Stub::ClaimStale, request);
  REQUIRE_OK(claimed);
  CHECK(claimed->orders().empty());
  request.set_most(101);
  CheckOrdersRefusal(Call<Orders>(&Orders::Stub::ClaimStale, request).status(), absl::StatusCode::kInvalidArgument,
                     "most");
}

TEST_CASE("orders that need attention are listed for an operator, and no others", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  pb::Order order = Created(user);
  for (const auto state : {pb::CHARGING, pb::NEEDS_ATTENTION}) {
    const auto stepped = Call<Orders>(&Orders::Stub::RecordStep, Step(order, state));
    REQUIRE_OK(stepped);
    order = *stepped;
  }
  pb::ListOrdersRequest request;
  request.set_state(pb::NEEDS_ATTENTION);
  request.set_page_size(100);
  const auto listed = Call<Orders>(&Orders::Stub::ListOrders, request);
  REQUIRE_OK(listed);
  const auto is_it = [&](const pb::Order& each) { return each.order_id() == order.order_id(); };
  CHECK(std::count_if(listed->orders().begin(), listed->orders().end(), is_it) == 1);
  const auto needs_it = [](const pb::Order& each) { return each.state() == pb::NEEDS_ATTENTION; };
  CHECK(std::all_of(listed->orders().begin(), listed->orders().end(), needs_it));
  request.set_state(pb::CONFIRMED);
  CheckOrdersRefusal(Call<Orders>(&Orders::Stub::ListOrders, request).status(), absl::StatusCode::kInvalidArgument,
                     "state");
}

TEST_CASE("an order without what makes one is refused", "[order][ours]") {
  NEEDS(Orders);
  const auto invalid = absl::StatusCode::kInvalidArgument;
  CheckOrdersRefusal(Create({}).status(), invalid, "order");
  auto request = Draft(NewUser(), NewOrderId());
  request.mutable_order()->clear_user_id();
  CheckOrdersRefusal(Create(request).status(), invalid, "user_id");
  request = Draft(NewUser(), NewOrderId());
  request.mutable_order()->clear_items();
  CheckOrdersRefusal(Create(request).status(), invalid, "items");
  request = Draft(NewUser(), NewOrderId());
  request.mutable_order()->mutable_total()->set_nanos(-1);
  CheckOrdersRefusal(Create(request).status(), invalid, "total");
  request = Draft(NewUser(), NewOrderId());
  request.mutable_order()->mutable_items(0)->set_product_name(std::string(257, 'n'));
  CheckOrdersRefusal(Create(request).status(), invalid, "product_name");
  request = Draft(NewUser(), "");
  CheckOrdersRefusal(Create(request).status(), invalid, "order_id");
}

}  // namespace
}  // namespace boutique::contract
