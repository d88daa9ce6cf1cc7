// SPDX-License-Identifier: Apache-2.0
// The events of orders that have come to their end, from the order's own transaction until they are delivered.
// Threads: safe from any loop.
//
// An order has one end and so one event, hence events need no order among themselves. They are found by not being
// published, never by their place in a sequence: transactions that began earlier may be committed later.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "hipstershop/order.pb.h"
#include "platform/rpc/call_context.h"
#include "platform/storage/sql/database.h"

namespace boutique::order {

namespace pb = ::hipstershop;

// Whether it is an event that an order has become what it is from `before`.
bool IsEvent(pb::OrderState before, const pb::Order& order);
// Changes a row by the statement, and if that did notes this event of the order: both or neither. How many rows were
// changed.
std::int64_t ExecuteAndNote(sql::Connection& connection, absl::string_view change, sql::Connection::Values values,
                            const pb::Order& order);

class OrderOutbox {
 public:
  struct Event {
    std::string id;
    std::string type;
    std::string message;  // hipstershop.OrderEvent
  };
  struct Backlog {
    std::int64_t events = 0;
    std::int64_t oldest_at_ms = 0;  // when the oldest of them occurred; 0 if there are none
  };

  // Before an event is tried again: the first pause, which doubles with every attempt up to the longest.
  struct Pauses {
    std::chrono::milliseconds first{1000};
    std::chrono::milliseconds longest{300'000};
  };

  // `database` has the tables of OrderSchema and outlives the outbox.
  explicit OrderOutbox(sql::Database& database) : database_(database) {}

  // Up to `most` events that are not published and that nobody else has: those that were never tried first, the oldest
  // before the others, then those whose pause is over. They are the caller's until
  // `until_ms`; whoever still has them then may deliver them twice.
  rpc::Reply<std::vector<Event>> Take(const rpc::CallContext& call, int most, std::int64_t now_ms,
                                      std::int64_t until_ms);
  // The events with these ids are delivered: how many were not so before. Forgets those that were long ago.
  rpc::Reply<int> MarkPublished(const rpc::CallContext& call, const std::vector<std::string>& ids,
                                std::int64_t now_ms);
  // The events with these ids could not be delivered at `now_ms`: nobody has them any more, when their pause is over.
  rpc::Reply<int> GiveBack(const rpc::CallContext& call, const std::vector<std::string>& ids, std::int64_t now_ms,
                           Pauses pauses);
  // What is not published.
  rpc::Reply<Backlog> Measure(const rpc::CallContext& call);

 private:
  sql::Database& database_;
};

}  // namespace boutique::order
