// SPDX-License-Identifier: Apache-2.0
#include "services/order/sql_order_store.h"

#include <limits>

#include "platform/telemetry/log.h"
#include "services/order/order_outbox.h"
#include "services/order/order_states.h"

namespace boutique::order {
namespace {

using sql::Blob;
using sql::Connection;
using sql::Rows;

// After so many changes of others that came in between, an order is locked: that costs more, and always succeeds.
constexpr int kMostAttempts = 3;

absl::Status NoSuchOrder() { return absl::NotFoundError("no such order"); }

absl::StatusOr<pb::Order> Parse(const std::string& message) {
  pb::Order order;
  if (!order.ParseFromString(message)) return absl::InternalError("an order on record cannot be read");
  return order;
}

// The message in the first column of the first row.
absl::StatusOr<pb::Order> One(Rows rows) {
  if (!rows.Next()) return NoSuchOrder();
  return Parse(rows.Text(0));
}

absl::StatusOr<pb::Order> OfKey(Connection& connection, const std::string& user_id, const std::string& key) {
  return One(connection.Query("SELECT message FROM orders WHERE user_id = ? AND idempotency_key = ?", {user_id, key}));
}

sql::Value DueOf(const pb::Order& order) {
  return IsOpen(order) ? sql::Value(order.lease_until_ms()) : sql::Value(nullptr);
}

sql::Value PreviousOf(const pb::Order& order) {
  return order.has_previous_order_id() ? sql::Value(order.previous_order_id()) : sql::Value(nullptr);
}

absl::StatusOr<pb::Order> CreateIn(Connection& connection, const pb::Order& order, const std::string& message) {
  const std::int64_t inserted = connection.Execute(
      "INSERT INTO orders (order_id, user_id, idempotency_key, state, epoch, created_at_ms, updated_at_ms, due_at_ms, "
      "previous_order_id, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      {order.order_id(), order.user_id(), order.idempotency_key(), static_cast<int>(order.state()), order.epoch(),
       order.created_at_ms(), order.updated_at_ms(), DueOf(order), PreviousOf(order), Blob{message}});
  if (inserted == 1) return order;
  auto earlier = OfKey(connection, order.user_id(), order.idempotency_key());
  if (!absl::IsNotFound(earlier.status())) return earlier;
  Rows same_id = connection.Query("SELECT 1 FROM orders WHERE order_id = ?", {order.order_id()});
  if (same_id.Next()) return absl::AlreadyExistsError("order_id: is that of another order");
  return absl::AbortedError("the buyer has ordered something else since the cart was read");
}

// Runs the change of the order's row, which takes these values, and notes what is an event of it.
std::int64_t ExecuteChange(Connection& connection, pb::OrderState before, const pb::Order& order,
                           absl::string_view change, Connection::Values values) {
  if (IsEvent(before, order)) return ExecuteAndNote(connection, change, values, order);
  return connection.Execute(change, values);
}

void Replace(Connection& connection, pb::OrderState before, const pb::Order& order, const std::string& message) {
  ExecuteChange(connection, before, order,
                "UPDATE orders SET state = ?, epoch = ?, updated_at_ms = ?, due_at_ms = ?, message = ? "
                "WHERE order_id = ?",
                {static_cast<int>(order.state()), order.epoch(), order.updated_at_ms(), DueOf(order), Blob{message},
                 order.order_id()});
}

// Puts the order in the place of the message `earlier`; false if another has come there meanwhile.
bool ReplaceIf(Connection& connection, const std::string& earlier, pb::OrderState before, const pb::Order& order,
               const std::string& message) {
  return ExecuteChange(connection, before, order,
                       "UPDATE orders SET state = ?, epoch = ?, updated_at_ms = ?, due_at_ms = ?, message = ? "
                       "WHERE order_id = ? AND message = ?",
                       {static_cast<int>(order.state()), order.epoch(), order.updated_at_ms(), DueOf(order),
                        Blob{message}, order.order_id(), Blob{earlier}}) == 1;
}

absl::StatusOr<pb::Order> ApplyLocked(Connection& connection, const std::string& order_id,
                                      const OrderStore::Change& change, std::string* stored) {
  absl::StatusOr<pb::Order> order = NoSuchOrder();
  connection.Together([&] {
    order = One(connection.QueryForUpdate("SELECT message FROM orders WHERE order_id = ?", {order_id}));
    if (!order.ok()) return;
    const pb::OrderState before = order->state();
    if (absl::Status refused = change(&*order); !refused.ok()) {
      order = refused;
      return;
    }
    *stored = order->SerializeAsString();
    Replace(connection, before, *order, *stored);
  });
  return order;
}

// Takes what is known of the order or reads it, changes it, and replaces what it was: that takes fewer round trips than
// a lock would. Sets `stored` to what is stored then.
absl::StatusOr<pb::Order> ApplyIn(Connection& connection, const std::string& order_id,
                                  const OrderStore::Change& change, const std::string& known, std::string* stored) {
  for (int attempt = known.empty() ? 1 : 0; attempt <= kMostAttempts && connection.status().ok(); ++attempt) {
    const bool is_read = attempt > 0;
    std::string earlier = known;
    if (is_read) {
      Rows rows = connection.Query("SELECT message FROM orders WHERE order_id = ?", {order_id});
      if (!rows.Next()) return NoSuchOrder();
      earlier = rows.Text(0);
    }
    auto order = Parse(earlier);
    if (!order.ok()) return order;
    const pb::OrderState before = order->state();
    const absl::Status accepted = change(&*order);
    // What is known may be out of date: what is read has the last word.
    if (!accepted.ok() && !is_read) continue;
    if (!accepted.ok()) return accepted;
    *stored = order->SerializeAsString();
    if (ReplaceIf(connection, earlier, before, *order, *stored)) return order;
  }
  return ApplyLocked(connection, order_id, change, stored);
}

// An order whose message is damaged holds up no other: it is told of, and left to a person.
void TellUnreadable(const std::string& order_id) {
  telemetry::Log(telemetry::Severity::kError, "an order on record cannot be read", {{"order_id", order_id}});
}

// What the columns message, order_id, user_id, created_at_ms know of it. It has its place among its buyer's orders: the
// next one names it as the one before.
pb::Order Unreadable(const Rows& rows) {
  pb::Order order;
  order.set_order_id(rows.Text(1));
  order.set_user_id(rows.Text(2));
  order.set_created_at_ms(rows.Integer(3));
  order.set_state(pb::NEEDS_ATTENTION);
  TellUnreadable(order.order_id());
  return order;
}

absl::StatusOr<std::vector<pb::Order>> ClaimIn(Connection& connection, std::int64_t now_ms, int most,
                                               const OrderStore::Change& change) {
  std::vector<pb::Order> claimed;
  std::vector<std::string> unreadable;
  {
    // Those that another replica is claiming at this moment are its own.
    Rows rows = connection.QueryFreeForUpdate(
        "SELECT message, order_id FROM orders WHERE due_at_ms <= ? ORDER BY due_at_ms LIMIT ?", {now_ms, most});
    std::size_t bytes = 0;
    while (rows.Next()) {
      const std::string message = rows.Text(0);
      auto order = Parse(message);
      if (!order.ok()) {
        unreadable.push_back(rows.Text(1));
        continue;
      }
      bytes += message.size();
      if (bytes > OrderStore::kMostBytes && !claimed.empty()) break;
      if (change(&*order).ok()) claimed.push_back(*std::move(order));
    }
  }
  // To be claimed is no event.
  for (const pb::Order& order : claimed) Replace(connection, order.state(), order, order.SerializeAsString());
  for (const std::string& order_id : unreadable) {
    connection.Execute("UPDATE orders SET state = 10, due_at_ms = NULL WHERE order_id = ?", {order_id});
    TellUnreadable(order_id);
  }
  return claimed;
}

absl::StatusOr<OrderStore::Backlog> MeasureIn(Connection& connection) {
  OrderStore::Backlog backlog;
  Rows open = connection.Query(
      "SELECT count(*), coalesce(min(created_at_ms), 0) FROM orders WHERE due_at_ms IS NOT NULL");
  if (open.Next()) {
    backlog.open = open.Integer(0);
    backlog.oldest_open_since_ms = open.Integer(1);
  }
  Rows stuck = connection.Query("SELECT count(*) FROM orders WHERE state = 10");
  if (stuck.Next()) backlog.need_attention = stuck.Integer(0);
  return backlog;
}

// The place in the sequence below which a page begins.
absl::StatusOr<std::int64_t> SequenceOf(Connection& connection, const std::string& user_id,
                                        const std::string& order_id) {
  if (order_id.empty()) return std::numeric_limits<std::int64_t>::max();
  Rows rows = user_id.empty()
                  ? connection.Query("SELECT sequence FROM orders WHERE order_id = ?", {order_id})
                  : connection.Query("SELECT sequence FROM orders WHERE order_id = ? AND user_id = ?",
                                     {order_id, user_id});
  if (!rows.Next()) return NoSuchOrder();
  return rows.Integer(0);
}

absl::StatusOr<OrderStore::Page> ListIn(Connection& connection, const std::string& user_id, const std::string& after,
                                        int most) {
  const auto below = SequenceOf(connection, user_id, after);
  if (!below.ok()) return below.status();
  OrderStore::Page page;
  const std::int64_t limit = std::int64_t{most} + 1;
  Rows rows = user_id.empty()
                  ? connection.Query("SELECT message, order_id, user_id, created_at_ms FROM orders "
                                     "WHERE state = 10 AND sequence < ? ORDER BY sequence DESC LIMIT ?",
                                     {*below, limit})
                  : connection.Query("SELECT message, order_id, user_id, created_at_ms FROM orders "
                                     "WHERE user_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?",
                                     {user_id, *below, limit});
  std::size_t bytes = 0;
  while (rows.Next()) {
    const std::string message = rows.Text(0);
    bytes += message.size();
    const bool is_full = page.orders.size() == static_cast<std::size_t>(most) ||
                         (bytes > OrderStore::kMostBytes && !page.orders.empty());
    if (is_full) {
      page.has_more = true;
      break;
    }
    auto order = Parse(message);
    page.orders.push_back(order.ok() ? *std::move(order) : Unreadable(rows));
  }
  return page;
}

}  // namespace

rpc::Reply<pb::Order> SqlOrderStore::Create(const rpc::CallContext& call, const pb::Order& order) {
  std::string message = order.SerializeAsString();
  auto create = [&](Connection& connection) { return CreateIn(connection, order, message); };
  auto created = co_await database_.WriteOnce(call, std::move(create));
  if (created.ok() && created->order_id() == order.order_id()) recent_.Keep(order, std::move(message));
  co_return std::move(created);
}

rpc::Reply<pb::Order> SqlOrderStore::Apply(const rpc::CallContext& call, const std::string& order_id,
                                           const Change& change) {
  const std::string known = recent_.Find(order_id);
  std::string stored;
  auto apply = [&](Connection& connection) { return ApplyIn(connection, order_id, change, known, &stored); };
  auto order = co_await database_.WriteOnce(call, std::move(apply));
  if (order.ok()) recent_.Keep(*order, std::move(stored));
  co_return std::move(order);
}

rpc::Reply<pb::Order> SqlOrderStore::Find(const rpc::CallContext& call, const pb::GetOrderRequest& which) {
  auto find = [&which](Connection& connection) {
    if (which.has_idempotency_key()) return OfKey(connection, which.user_id(), which.idempotency_key());
    return One(connection.Query("SELECT message FROM orders WHERE order_id = ? AND user_id = ?",
                                {which.order_id(), which.user_id()}));
  };
  co_return co_await database_.Read(call, std::move(find));
}

rpc::Reply<OrderStore::Page> SqlOrderStore::List(const rpc::CallContext& call, const std::string& user_id,
                                                 const std::string& after, int most) {
  auto list = [&](Connection& connection) { return ListIn(connection, user_id, after, most); };
  co_return co_await database_.Read(call, std::move(list));
}

rpc::Reply<std::vector<pb::Order>> SqlOrderStore::ClaimStale(const rpc::CallContext& call, std::int64_t now_ms,
                                                             int most, const Change& change) {
  auto claim = [&change, now_ms, most](Connection& connection) { return ClaimIn(connection, now_ms, most, change); };
  co_return co_await database_.Write(call, std::move(claim));
}

rpc::Reply<OrderStore::Backlog> SqlOrderStore::Measure(const rpc::CallContext& call) {
  auto measure = [](Connection& connection) -> absl::StatusOr<Backlog> { return MeasureIn(connection); };
  co_return co_await database_.Read(call, std::move(measure));
}

}  // namespace boutique::order
