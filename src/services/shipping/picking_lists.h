// SPDX-License-Identifier: Apache-2.0
// The parcels to be packed: one list for each confirmed order, as the order service announces it.
// Threads: safe from any loop.
#pragma once

#include "platform/base/clock.h"
#include "platform/rpc/call_context.h"
#include "platform/storage/amqp/amqp_consumer.h"
#include "platform/storage/sql/database.h"
#include "platform/telemetry/metrics.h"

namespace boutique::shipping {

class PickingLists {
 public:
  // `database` has the tables of ShipmentSchema; all outlive the lists.
  PickingLists(sql::Database& database, telemetry::Metrics& metrics,
               const base::Clock& clock = base::SystemClock::Instance());

  // Makes the list of the order that an event tells of, once however often that is delivered. INVALID_ARGUMENT if it is
  // no hipstershop.OrderEvent; other errors are the database's, and may be gone the next time.
  coro::Task<absl::Status> Take(const rpc::CallContext& call, const amqp::Delivery& delivery);

 private:
  sql::Database& database_;
  const base::Clock& clock_;
  prometheus::Counter& made_;
};

}  // namespace boutique::shipping
