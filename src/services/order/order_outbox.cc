// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_outbox.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "events/order_queues.h"
#include "hipstershop/order_event.pb.h"

namespace boutique::order {
namespace {

using sql::Blob;
using sql::Connection;
using sql::Rows;

// How long a published event can still be looked up.
constexpr std::int64_t kKeptMs = std::int64_t{7} * 24 * 3600 * 1000;

const char* TypeOf(pb::OrderState state) {
  switch (state) {
    case pb::CONFIRMED: return events::kConfirmed;
    case pb::CANCELLED: return events::kCancelled;
    default: return nullptr;
  }
}

// The ids as the keys of a JSON object, which every engine makes rows of: so one statement changes them all.
std::string KeysOf(const std::vector<std::string>& ids) {
  std::string keys = "{";
  for (const std::string& id : ids) {
    absl::StrAppend(&keys, keys.size() > 1 ? ",\"" : "\"");
    for (const char letter : id) {
      if (static_cast<unsigned char>(letter) < 0x20) {
        absl::StrAppend(&keys, "\\u00", absl::Hex(letter, absl::kZeroPad2));
      } else {
        if (letter == '"' || letter == '\\') keys += '\\';
        keys += letter;
      }
    }
    keys += "\":0";
  }
  return keys + "}";
}

// After so many attempts the longest pause is reached.
int DoublingsTo(const OrderOutbox::Pauses& pauses) {
  int doublings = 0;
  while (pauses.first.count() << doublings < pauses.longest.count() && doublings < 20) ++doublings;
  return doublings;
}

absl::StatusOr<std::vector<OrderOutbox::Event>> TakeIn(Connection& connection, int most, std::int64_t now_ms,
                                                       std::int64_t until_ms) {
  std::vector<OrderOutbox::Event> taken;
  {
    Rows rows = connection.QueryFreeForUpdate(
        "SELECT event_id, type, message FROM order_events WHERE published_at_ms IS NULL AND taken_until_ms <= ? "
        "ORDER BY taken_until_ms, sequence LIMIT ?",
        {now_ms, most});
    while (rows.Next()) taken.push_back({rows.Text(0), rows.Text(1), rows.Text(2)});
  }
  std::vector<std::string> ids;
  for (const OrderOutbox::Event& event : taken) ids.push_back(event.id);
  if (ids.empty()) return taken;
  connection.Execute("UPDATE order_events SET taken_until_ms = ? WHERE event_id IN (SELECT key FROM json_each(?))",
                     {until_ms, KeysOf(ids)});
  return taken;
}

absl::StatusOr<int> MarkIn(Connection& connection, const std::vector<std::string>& ids, std::int64_t now_ms) {
  const std::int64_t marked = connection.Execute(
      "UPDATE order_events SET published_at_ms = ? WHERE event_id IN (SELECT key FROM json_each(?)) AND "
      "published_at_ms IS NULL",
      {now_ms, KeysOf(ids)});
  connection.Execute("DELETE FROM order_events WHERE published_at_ms < ?", {now_ms - kKeptMs});
  return static_cast<int>(marked);
}

}  // namespace

bool IsEvent(pb::OrderState before, const pb::Order& order) {
  return TypeOf(order.state()) != nullptr && before != order.state();
}

std::int64_t ExecuteAndNote(Connection& connection, absl::string_view change, Connection::Values values,
                            const pb::Order& order) {
  const char* const type = TypeOf(order.state());
  pb::OrderEvent event;
  event.set_event_id(absl::StrCat(order.order_id(), ".", type));
  event.set_type(type);
  *event.mutable_order() = order;
  event.set_occurred_at_ms(order.updated_at_ms());
  const std::string message = event.SerializeAsString();
  return connection.ExecuteBoth(
      change, values,
      "INSERT INTO order_events (event_id, type, occurred_at_ms, taken_until_ms, message) SELECT ?, ?, ?, 0, ?",
      {event.event_id(), type, event.occurred_at_ms(), Blob{message}});
}

rpc::Reply<std::vector<OrderOutbox::Event>> OrderOutbox::Take(const rpc::CallContext& call, int most,
                                                              std::int64_t now_ms, std::int64_t until_ms) {
  auto take = [=](Connection& connection) { return TakeIn(connection, most, now_ms, until_ms); };
  co_return co_await database_.Write(call, std::move(take));
}

rpc::Reply<int> OrderOutbox::MarkPublished(const rpc::CallContext& call, const std::vector<std::string>& ids,
                                           std::int64_t now_ms) {
  auto mark = [&ids, now_ms](Connection& connection) { return MarkIn(connection, ids, now_ms); };
  co_return co_await database_.Write(call, std::move(mark));
}

rpc::Reply<int> OrderOutbox::GiveBack(const rpc::CallContext& call, const std::vector<std::string>& ids,
                                      std::int64_t now_ms, Pauses pauses) {
  auto give_back = [&ids, now_ms, pauses](Connection& connection) -> absl::StatusOr<int> {
    return static_cast<int>(connection.Execute(
        "UPDATE order_events SET attempts = attempts + 1, taken_until_ms = CAST(? AS BIGINT) + CASE WHEN attempts < ? "
        "THEN CAST(? AS BIGINT) * (1 << attempts) ELSE CAST(? AS BIGINT) END "
        "WHERE event_id IN (SELECT key FROM json_each(?))",
        {now_ms, DoublingsTo(pauses), pauses.first.count(), pauses.longest.count(), KeysOf(ids)}));
  };
  co_return co_await database_.Write(call, std::move(give_back));
}

rpc::Reply<OrderOutbox::Backlog> OrderOutbox::Measure(const rpc::CallContext& call) {
  auto measure = [](Connection& connection) -> absl::StatusOr<Backlog> {
    Backlog backlog;
    Rows rows = connection.Query(
        "SELECT count(*), coalesce(min(occurred_at_ms), 0) FROM order_events WHERE published_at_ms IS NULL");
    if (rows.Next()) backlog = {rows.Integer(0), rows.Integer(1)};
    return backlog;
  };
  co_return co_await database_.Read(call, std::move(measure));
}

}  // namespace boutique::order
