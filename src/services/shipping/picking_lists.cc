// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/picking_lists.h"

#include <string>
#include <utility>

#include "events/order_queues.h"
#include "hipstershop/order_event.pb.h"
#include "platform/telemetry/log.h"

namespace boutique::shipping {

namespace pb = ::hipstershop;

PickingLists::PickingLists(sql::Database& database, telemetry::Metrics& metrics, const base::Clock& clock)
    : database_(database),
      clock_(clock),
      made_(metrics.Counter("shipping_picking_lists_total", "Picking lists made for confirmed orders.")) {}

coro::Task<absl::Status> PickingLists::Take(const rpc::CallContext& call, const amqp::Delivery& delivery) {
  pb::OrderEvent event;
  if (!event.ParseFromString(delivery.body) || event.order().order_id().empty()) {
    co_return absl::InvalidArgumentError("the message is no hipstershop.OrderEvent");
  }
  if (event.type() != events::kConfirmed) co_return absl::OkStatus();
  const std::string& order_id = event.order().order_id();
  const std::int64_t now = clock_.NowMs();
  auto note = [&order_id, now](sql::Connection& connection) -> absl::StatusOr<bool> {
    return connection.Execute("INSERT INTO picking_lists (order_id, made_at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING",
                              {order_id, now}) == 1;
  };
  const auto is_new = co_await database_.WriteOnce(call, std::move(note));
  if (!is_new.ok()) co_return is_new.status();
  if (*is_new) {
    made_.Increment();
    telemetry::Log(telemetry::Severity::kInfo, "picking list made",
                   {{"order_id", order_id}, {"lines", event.order().items_size()}});
  }
  co_return absl::OkStatus();
}

}  // namespace boutique::shipping
