// SPDX-License-Identifier: Apache-2.0
// Calls to the shop's services that also work where a peer does not know our extensions.
// Safe from any loop once the clients are connected.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "gateway/clients.h"
#include "hipstershop/cart.pb.h"
#include "hipstershop/product_catalog.pb.h"
#include "platform/base/money.h"
#include "platform/rpc/call_context.h"

namespace boutique::gateway {

// Whether a peer knows a method of ours: a refusal is remembered for a minute, so that a peer that was exchanged is
// found out. Safe from any thread.
class Extension {
 public:
  bool MayCall() const { return std::chrono::steady_clock::now().time_since_epoch().count() >= refused_until_.load(); }
  // Notes the answer of a call; true if the peer does not know the method.
  bool Refused(const absl::Status& status);

 private:
  std::atomic<std::chrono::steady_clock::rep> refused_until_{std::chrono::steady_clock::duration::min().count()};
};

class ShopCalls {
 public:
  explicit ShopCalls(const Clients& clients) : clients_(clients) {}

  const Clients& clients() const { return clients_; }

  // The products, in the order of the ids, absent where the catalog does not know one: in one call, or in one for each
  // where the catalog knows no GetProducts.
  rpc::Reply<std::vector<std::optional<pb::Product>>> Products(const rpc::CallContext& call,
                                                               std::vector<std::string> ids);

  // The amounts in another currency, unrounded: in one call, or in one for each different amount where the service
  // knows no ConvertMany, or in none where they are in that currency already.
  rpc::Reply<std::vector<base::Money>> Convert(const rpc::CallContext& call, std::vector<base::Money> amounts,
                                               std::string currency);

  // Sets a line's quantity, 0 to remove it; UNIMPLEMENTED where the cart service cannot.
  rpc::Reply<pb::Empty> SetItem(const rpc::CallContext& call, pb::SetItemRequest request);
  // Whether the cart service can do that. Asks it, once, by a request that it must refuse.
  coro::Task<bool> CanSetItem(const rpc::CallContext& call);

 private:
  rpc::Reply<std::vector<std::optional<pb::Product>>> ProductByProduct(const rpc::CallContext& call,
                                                                       std::vector<std::string> ids);
  rpc::Reply<std::vector<base::Money>> AmountByAmount(const rpc::CallContext& call, std::vector<base::Money> amounts,
                                                      std::string currency);

  const Clients clients_;
  Extension get_products_;
  Extension convert_many_;
  Extension set_item_;
  std::atomic<bool> set_item_known_{false};
};

}  // namespace boutique::gateway
