// SPDX-License-Identifier: Apache-2.0
// Puts ShippingService into a process.
// Threads: used at start, by one thread.
#pragma once

#include "events/broker.h"
#include "platform/runtime/process.h"
#include "platform/runtime/store_database.h"

namespace boutique::shipping {

class ShippingModule final : public runtime::Module {
 public:
  explicit ShippingModule(runtime::Settings& settings);
  absl::Status Install(runtime::Host& host) override;

 private:
  const runtime::StoreDatabase database_;
  const events::Broker broker_;
};

}  // namespace boutique::shipping
