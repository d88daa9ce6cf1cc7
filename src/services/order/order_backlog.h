// SPDX-License-Identifier: Apache-2.0
// Shows in the metrics how much is left to be done.
// Threads: safe from any.
#pragma once

#include <cstdint>

#include "platform/telemetry/metrics.h"
#include "services/order/order_store.h"

namespace boutique::order {

class OrderBacklog {
 public:
  // `metrics` outlives it.
  explicit OrderBacklog(telemetry::Metrics& metrics);

  // As of the last time that somebody asked for stale orders, which every checkout service does every few seconds.
  void Show(const OrderStore::Claims& claims, std::int64_t now_ms);

 private:
  prometheus::Counter& taken_over_;
  prometheus::Gauge& open_;
  prometheus::Gauge& oldest_seconds_;
  prometheus::Gauge& need_attention_;
};

}  // namespace boutique::order
