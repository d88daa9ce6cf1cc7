// SPDX-License-Identifier: Apache-2.0
// What WatchOrder streams to whom.
#include "contract/drafts.h"
#include "contract/orders.h"
#include "contract/shop.h"

namespace boutique::contract {
namespace {

// One who watches an order.
class Watcher {
 public:
  Watcher(const std::string& user, const std::string& order_id, const CallOptions& options = {}) {
    pb::WatchOrderRequest request;
    request.set_user_id(user);
    request.set_order_id(order_id);
    Prepare(&context_, options);
    reader_ = stub_->WatchOrder(&context_, request);
  }

  // Whether there is another message.
  bool Next() { return reader_->Read(&order_); }
  // Whether the order comes to be in that state: what it was in between may come or not.
  bool Sees(pb::OrderState state) {
    while (Next()) {
      if (order_.state() == state) return true;
    }
    return false;
  }
  const pb::Order& order() const { return order_; }
  void Leave() { context_.TryCancel(); }
  absl::Status End() { return StatusFrom(reader_->Finish()); }

 private:
  const std::unique_ptr<Orders::Stub> stub_ = Orders::NewStub(ChannelTo(Orders::service_full_name()));
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<pb::Order>> reader_;
  pb::Order order_;
};

// What somebody who may not watch is told instead.
absl::Status Refusal(const std::string& user, const std::string& order_id) {
  Watcher watcher(user, order_id);
  CHECK_FALSE(watcher.Next());
  return watcher.End();
}

// Takes the order on and has the watcher see it.
void Move(Watcher* watcher, pb::Order* order, pb::OrderState state) {
  const auto recorded = Record(Step(*order, state));
  REQUIRE_OK(recorded);
  *order = *recorded;
  REQUIRE(watcher->Sees(state));
  CHECK(watcher->order().SerializeAsString() == order->SerializeAsString());
}

TEST_CASE("who watches an order is told each of its states, until the last", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  pb::Order order = Created(user);
  Watcher watcher(user, order.order_id());
  REQUIRE(watcher.Next());
  CHECK(watcher.order().SerializeAsString() == order.SerializeAsString());
  for (const auto state : {pb::CHARGING, pb::CHARGED, pb::SHIPPING, pb::CONFIRMED}) Move(&watcher, &order, state);
  CHECK_FALSE(watcher.Next());
  CHECK_CODE(watcher.End(), kOk);
}

TEST_CASE("an order that is given up ends its watch, and one that needs a person does not", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  pb::Order order = Created(user);
  Watcher watcher(user, order.order_id());
  for (const auto state : {pb::CHARGING, pb::NEEDS_ATTENTION, pb::REFUNDING, pb::REFUNDED, pb::CANCELLED}) {
    Move(&watcher, &order, state);
  }
  CHECK_FALSE(watcher.Next());
  CHECK_CODE(watcher.End(), kOk);
}

TEST_CASE("an order that is at its end is told once", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  const pb::Order order = Created(user);
  REQUIRE_OK(Record(Step(order, pb::CANCELLED)));
  Watcher watcher(user, order.order_id());
  REQUIRE(watcher.Next());
  CHECK(watcher.order().state() == pb::CANCELLED);
  CHECK_FALSE(watcher.Next());
  CHECK_CODE(watcher.End(), kOk);
}

TEST_CASE("all who watch an order are told, and none of another", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  pb::Order order = Created(user);
  const pb::Order other = Created(user);
  Watcher first(user, order.order_id());
  Watcher second(user, order.order_id());
  Watcher third(user, other.order_id(), {.budget = std::chrono::milliseconds(1500)});
  for (Watcher* const watcher : {&first, &second, &third}) REQUIRE(watcher->Next());
  Move(&first, &order, pb::CANCELLED);
  REQUIRE(second.Sees(pb::CANCELLED));
  CHECK_CODE(first.End(), kOk);
  CHECK_CODE(second.End(), kOk);
  CHECK_FALSE(third.Next());
  CHECK(third.End().code() == absl::StatusCode::kDeadlineExceeded);
}

TEST_CASE("who leaves is not told any more", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  const pb::Order order = Created(user);
  Watcher watcher(user, order.order_id());
  REQUIRE(watcher.Next());
  watcher.Leave();
  CHECK_FALSE(watcher.Sees(pb::CANCELLED));
  CheckOrdersRefusal(watcher.End(), absl::StatusCode::kCancelled);
  REQUIRE_OK(Record(Step(order, pb::CANCELLED)));
}

TEST_CASE("nobody watches an unknown order, or anybody else's", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  const pb::Order order = Created(user);
  CheckOrdersRefusal(Refusal(user, NewOrderId()), absl::StatusCode::kNotFound);
  CheckOrdersRefusal(Refusal(user, "no order's id"), absl::StatusCode::kNotFound);
  CheckOrdersRefusal(Refusal(NewUser(), order.order_id()), absl::StatusCode::kNotFound);
  REQUIRE_OK(Record(Step(order, pb::CANCELLED)));
}

TEST_CASE("who watches says whose order it is, and which", "[order][ours]") {
  NEEDS(Orders);
  const std::string user = NewUser();
  const auto invalid = absl::StatusCode::kInvalidArgument;
  for (const std::string& bad : {std::string(), std::string(129, 'u')}) {
    CheckOrdersRefusal(Refusal(bad, NewOrderId()), invalid, "user_id");
    CheckOrdersRefusal(Refusal(user, bad), invalid, "order_id");
  }
}

}  // namespace
}  // namespace boutique::contract
