// SPDX-License-Identifier: Apache-2.0
#include "services/checkout/settlement.h"

#include <utility>

#include "events/order_result.h"
#include "platform/telemetry/log.h"
#include "services/checkout/until_answered.h"

namespace boutique::checkout {
namespace {

// Sends the confirmation of an order that nobody keeps. One that is refused will never be sent: that is said once, in
// the log.
coro::Task<absl::Status> Announce(const ShopClients& shop, const rpc::CallContext& call, const pb::Order& order) {
  if (shop.orders.IsConnected() || !shop.email.IsConnected()) co_return absl::OkStatus();
  pb::SendOrderConfirmationRequest request = events::ConfirmationOf(order);
  const auto sent =
      co_await shop.email.Call<&pb::EmailService::Stub::AsyncSendOrderConfirmation>(call, std::move(request));
  if (sent.ok() || !IsRefusal(sent.status())) co_return sent.status();
  telemetry::Log(telemetry::Severity::kWarning, "an order confirmation was refused",
                 {{"order_id", order.order_id()}, {"error", sent.status().message()}});
  co_return absl::OkStatus();
}

coro::Task<absl::Status> NoteSettled(const ShopClients& shop, const rpc::CallContext& call, const pb::Order& order) {
  if (!shop.orders.IsConnected()) co_return absl::OkStatus();
  pb::RecordStepRequest step;
  step.set_order_id(order.order_id());
  step.set_expected_state(pb::CONFIRMED);
  step.set_expected_epoch(order.epoch());
  step.set_state(pb::CONFIRMED);
  step.set_settled(true);
  const auto noted = co_await shop.orders.Call<&pb::OrderService::Stub::AsyncRecordStep>(call, std::move(step));
  co_return noted.status();
}

}  // namespace

rpc::Reply<pb::Empty> TakeOutOfCart(const ShopClients& shop, const rpc::CallContext& call, const pb::Order& order,
                                    MayEmpty may_empty) {
  pb::RemoveOrderedRequest ordered;
  ordered.set_user_id(order.user_id());
  ordered.set_order_id(order.order_id());
  for (const pb::OrderItem& item : order.items()) *ordered.add_items() = item.item();
  auto removed = co_await shop.carts.Call<&pb::CartService::Stub::AsyncRemoveOrdered>(call, std::move(ordered));
  if (!absl::IsUnimplemented(removed.status())) co_return std::move(removed);
  if (may_empty == MayEmpty::kNo) co_return pb::Empty();
  pb::EmptyCartRequest owner;
  owner.set_user_id(order.user_id());
  auto emptied = co_await shop.carts.Call<&pb::CartService::Stub::AsyncEmptyCart>(call, std::move(owner));
  co_return std::move(emptied);
}

coro::Task<absl::Status> Settle(const ShopClients& shop, const rpc::CallContext& call, const pb::Order& order,
                                bool cart_is_done) {
  if (!cart_is_done) {
    const auto removed = co_await TakeOutOfCart(shop, call, order, MayEmpty::kNo);
    if (!removed.ok()) co_return removed.status();
  }
  const absl::Status announced = co_await Announce(shop, call, order);
  if (!announced.ok()) co_return announced;
  co_return co_await NoteSettled(shop, call, order);
}

}  // namespace boutique::checkout
