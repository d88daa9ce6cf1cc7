// SPDX-License-Identifier: Apache-2.0
#include "services/shipping/picking_lists.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "events/order_queues.h"
#include "hipstershop/order_event.pb.h"
#include "platform/telemetry/log.h"

namespace boutique::shipping {

namespace pb = ::hipstershop;

namespace {

// One product a line, then an empty line, the tracking id and the address:
//   2 x 6E92ZMYYFZ Mug
//
//   AB-12-3456789
//   1 Main Street
//   London
std::string ContentsOf(const pb::Order& order) {
  std::string contents;
  const auto add = [&contents](std::string line) {
    // What a shopper typed cannot make a line of its own, nor what a database refuses.
    std::replace_if(line.begin(), line.end(), [](unsigned char letter) { return letter < 0x20; }, ' ');
    absl::StrAppend(&contents, line, "\n");
  };
  for (const pb::OrderItem& line : order.items()) {
    add(absl::StrCat(line.item().quantity(), " x ", line.item().product_id(), line.product_name().empty() ? "" : " ",
                     line.product_name()));
  }
  add("");
  const pb::Address& to = order.shipping_address();
  const std::string code = to.postal_code().empty() && to.zip_code() > 0 ? absl::StrCat(to.zip_code()) : to.postal_code();
  for (const std::string& part :
       {order.shipping_tracking_id(), to.street_address(), to.city(), to.state(), code, to.country()}) {
    if (!part.empty()) add(part);
  }
  return contents;
}

}  // namespace

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
  const std::string contents = ContentsOf(event.order());
  auto note = [&order_id, now, &contents](sql::Connection& connection) -> absl::StatusOr<bool> {
    return connection.Execute(
               "INSERT INTO picking_lists (order_id, made_at_ms, contents) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
               {order_id, now, contents}) == 1;
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
