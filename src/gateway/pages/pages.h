// SPDX-License-Identifier: Apache-2.0
// The pages of the shop, one function each. `front` and `visit` outlive the task; on the visit's loop.
#pragma once

#include "gateway/checkout_form.h"
#include "gateway/pages/storefront.h"
#include "gateway/visit.h"
#include "platform/rpc/call_context.h"

namespace boutique::gateway {

using PageReply = rpc::Reply<http::Response>;

PageReply ShowHome(Storefront& front, const Visit& visit);
PageReply ShowCategory(Storefront& front, const Visit& visit);
// As HTML, or as JSON for a client that prefers it: then an empty query is 400.
PageReply ShowSearch(Storefront& front, const Visit& visit);
PageReply ShowProduct(Storefront& front, const Visit& visit);
// A product's fields as JSON, in the original's form.
PageReply ShowProductMeta(Storefront& front, const Visit& visit);

PageReply ShowCart(Storefront& front, const Visit& visit);
PageReply AddToCart(Storefront& front, const Visit& visit);
PageReply UpdateCart(Storefront& front, const Visit& visit);
PageReply EmptyCart(Storefront& front, const Visit& visit);
PageReply CheckOut(Storefront& front, const Visit& visit);
// Where a shopper waits whose order's outcome is not known yet.
PageReply ShowPending(Storefront& front, const Visit& visit);
PageReply ShowOrder(Storefront& front, const Visit& visit);
// The order's states as they come, as server-sent events.
PageReply StreamOrder(Storefront& front, const Visit& visit);
PageReply ShowOrders(Storefront& front, const Visit& visit);

PageReply SetCurrency(Storefront& front, const Visit& visit);
PageReply LogOut(Storefront& front, const Visit& visit);
PageReply ShowAssistant(Storefront& front, const Visit& visit);
PageReply AskAssistant(Storefront& front, const Visit& visit);

// What the cart's page says beside the cart.
struct CartNotice {
  int status = 200;
  const CheckoutForm* form = nullptr;  // what was typed; null: nothing yet
  std::vector<FieldProblem> problems;
  bool total_changed = false;
  std::string old_total;  // as shown; may be empty
  bool card_declined = false;
  bool insufficient_funds = false;
  bool not_placed = false;
  std::string cart_refused;  // a sentence; empty: nothing was refused
};
// The cart's page with a notice; `notice` outlives the task.
PageReply ShowCartWith(Storefront& front, const Visit& visit, const CartNotice& notice);

// An order's page from what is known of it. INTERNAL and the like for amounts that do not add up.
absl::StatusOr<http::Response> RenderOrder(const Storefront& front, const Visit& visit, const OrderView& view);

// How an order's state is shown; the texts live as long as the process.
struct StateText {
  const char* css_class;
  const char* text;
  const char* note;  // a sentence; empty for none
};
StateText TextOf(const pb::Order& order);
// Whether the order's state will not change any more.
bool IsFinal(pb::OrderState state);

// Static files, and what robots may see. Neither needs a session.
http::Response StaticFile(const Storefront& front, const http::Request& request);
http::Response Robots();

}  // namespace boutique::gateway
