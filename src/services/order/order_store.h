// SPDX-License-Identifier: Apache-2.0
// Where orders are kept. Every method may also fail with UNAVAILABLE, and with what ended the request.
// Threads: implementations are safe from any loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "hipstershop/order.pb.h"
#include "platform/rpc/call_context.h"

namespace boutique::order {

namespace pb = ::hipstershop;

class OrderStore {
 public:
  // What one answer holds at most, of orders as they are serialized, unless the first alone is larger: it is to fit into
  // a message, which gRPC bounds by 4 MiB.
  static constexpr std::size_t kMostBytes = 2 << 20;

  // One page of a user's orders, newest first.
  struct Page {
    std::vector<pb::Order> orders;
    bool has_more = false;
  };
  // What there is to do.
  struct Backlog {
    std::int64_t open = 0;                 // orders that are not at an end
    std::int64_t oldest_open_since_ms = 0;  // when the oldest of them was stored; 0 if there are none
    std::int64_t need_attention = 0;
  };
  // Changes an order in place; an error leaves it as it was. Does not wait for anything.
  using Change = std::function<absl::Status(pb::Order*)>;

  virtual ~OrderStore() = default;

  // Keeps the order, or answers the one that its user has of its key. ALREADY_EXISTS if the id is another order's;
  // ABORTED if another of the user's orders follows the same previous one.
  virtual rpc::Reply<pb::Order> Create(const rpc::CallContext& call, const pb::Order& order) = 0;
  // Applies the change to the order as it is, alone, and keeps and answers the result. NOT_FOUND, or the change's
  // error.
  virtual rpc::Reply<pb::Order> Apply(const rpc::CallContext& call, const std::string& order_id,
                                      const Change& change) = 0;
  // One of a user's orders, by id or by key. NOT_FOUND.
  virtual rpc::Reply<pb::Order> Find(const rpc::CallContext& call, const pb::GetOrderRequest& which) = 0;
  // Up to `most` of the user's orders, or, if `user_id` is empty, of all that need attention, that are older than the one
  // with the id `after`, or the newest if that is empty; fewer where they would be more than kMostBytes. NOT_FOUND if
  // `after` is none of these.
  virtual rpc::Reply<Page> List(const rpc::CallContext& call, const std::string& user_id, const std::string& after,
                                int most) = 0;
  // Applies the change to up to `most` open orders whose lease was over at `now_ms`, those first whose was over first,
  // alone and all at once; fewer where they would be more than kMostBytes. An order that it refuses is left out; one that
  // cannot be read needs attention from then on.
  virtual rpc::Reply<std::vector<pb::Order>> ClaimStale(const rpc::CallContext& call, std::int64_t now_ms, int most,
                                                        const Change& change) = 0;
  virtual rpc::Reply<Backlog> Measure(const rpc::CallContext& call) = 0;
};

}  // namespace boutique::order
