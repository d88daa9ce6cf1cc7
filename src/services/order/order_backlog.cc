// SPDX-License-Identifier: Apache-2.0
#include "services/order/order_backlog.h"

namespace boutique::order {

OrderBacklog::OrderBacklog(telemetry::Metrics& metrics)
    : taken_over_(metrics.Counter("order_takeovers_total", "Orders that were taken over because nobody worked on them.")),
      open_(metrics.Gauge("order_open_orders", "Orders that are not at an end.")),
      oldest_seconds_(metrics.Gauge("order_oldest_open_seconds", "Age of the oldest order that is not at an end.")),
      need_attention_(metrics.Gauge("order_needs_attention_orders", "Orders that only a person can bring to an end.")) {}

void OrderBacklog::Show(const OrderStore::Claims& claims, std::int64_t now_ms) {
  taken_over_.Increment(static_cast<double>(claims.orders.size()));
  open_.Set(static_cast<double>(claims.open));
  const std::int64_t age_ms = claims.oldest_open_since_ms == 0 ? 0 : now_ms - claims.oldest_open_since_ms;
  oldest_seconds_.Set(static_cast<double>(age_ms) / 1000);
  need_attention_.Set(static_cast<double>(claims.need_attention));
}

}  // namespace boutique::order
